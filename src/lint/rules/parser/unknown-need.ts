import { defineRule } from "../../rule.ts";
import type { Workflow } from "../../workflow.ts";
import { didYouMean, quoted } from "./words.ts";

export const unknownNeed = defineRule({
  id: "workflow/unknown-need",
  severity: "error",
  summary: "A job waits for one that the workflow does not have.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "name a job by its id, which is its key under `jobs`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: false
jobs:
  test:
    name: Tests
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
  report:
    name: Report
    needs: tests
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
    good: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: false
jobs:
  test:
    name: Tests
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
  report:
    name: Report
    needs: test
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  messages: ({ message }, { file: { workflow } }) => {
    const need =
      /^Job '.*' depends on unknown job '(.*)'\.$/s.exec(message)?.[1] ??
      /^Value '(.*)' is not valid$/s.exec(message)?.[1];
    if (need === undefined) return undefined;
    // GitHub compares without regard to case. The service refuses a job's own id as well, of which the parser says that it is a cycle.
    return workflow && !workflow.job(need) ? unknown(need, workflow) : null;
  },
  // Where no job can begin, the parser looks no further.
  check: (workflow, report) => {
    for (const { needs } of workflow.jobs)
      for (const { literal, place } of needs)
        if (literal !== undefined && !workflow.job(literal)) report(place, unknown(literal, workflow));
  },
});

const unknown = (need: string, { jobs }: Workflow): string =>
  `there is no job ${quoted(need)}${didYouMean(
    need,
    jobs.map(({ id }) => id),
  )}`;
