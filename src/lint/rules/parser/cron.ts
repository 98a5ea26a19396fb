import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const cron = defineRule({
  id: "workflow/cron",
  severity: "error",
  summary: "A schedule is no cron expression that GitHub reads.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever. GitHub takes five fields: minute, hour, day of the month, month, day of the week; no seconds, no `@daily`.",
  hint: "write five fields: minute, hour, day of the month, month, day of the week, such as `0 6 * * 1-5`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  schedule:
    - cron: "@daily"
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
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
    - cron: "17 6 * * *"
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
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
  messages: ({ message, location }) => {
    if (!message.startsWith("Invalid cron expression.")) return undefined;
    const cron = location?.node.text ?? "";
    // That it has no value is said already.
    if (cron === "") return null;
    const fields = cron.trim().split(/\s+/).length;
    return `${quoted(cron)} is no schedule${fields === 5 ? ": one of its fields is out of range" : `: it has ${fields === 1 ? "one field" : `${fields} fields`}, and needs five`}`;
  },
});
