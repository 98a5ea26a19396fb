import { closest } from "../../../diagnostics/closest.ts";
import { defineRule } from "../../rule.ts";

export const unknownTimeZone = defineRule({
  id: "workflow/unknown-time-zone",
  severity: "error",
  summary: "A schedule names a time zone that is not in the IANA time zone database.",
  why: "GitHub takes the names of that database, such as `Europe/Berlin`, and refuses others: abbreviations with an offset, offsets alone, and cities it does not list.",
  hint: "name the zone as in the IANA database, such as `Europe/Berlin`, or leave `timezone` out for UTC",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onschedule",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  schedule:
    - cron: 17 6 * * *
      timezone: Europe/Munich
permissions: {}
concurrency:
  group: example
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
    good: `name: Example
on:
  schedule:
    - cron: 17 6 * * *
      timezone: Europe/Berlin
permissions: {}
concurrency:
  group: example
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  check: (workflow, report) => {
    for (const item of workflow.trigger("schedule")?.node?.items ?? []) {
      const zone = item.get("timezone");
      if (zone?.literal === undefined || zone.text === "" || isZone(zone.text)) continue;
      const meant = closest(zone.text, Intl.supportedValuesOf("timeZone"));
      report(
        zone.place,
        `\`${zone.text}\` is no IANA time zone${meant === undefined ? "" : `; did you mean \`${meant}\`?`}`,
      );
    }
  },
});

const isZone = (name: string): boolean => {
  // Node.js takes offsets too, which are no names.
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
};
