import type { Node } from "../../node.ts";
import { defineRule } from "../../rule.ts";

/** Events of which a second comes before the first is done. */
const repeating: ReadonlySet<string> = new Set([
  ...["push", "pull_request", "pull_request_target", "merge_group", "schedule", "workflow_dispatch"],
  ...["repository_dispatch", "workflow_run"],
]);

export const missingConcurrency = defineRule({
  id: "policy/missing-concurrency",
  severity: "warning",
  summary: "Runs of the workflow can overtake one another.",
  why: "Two pushes within minutes run side by side: runners work on a state that is already replaced, and of two runs that write the same thing the older may be the last.",
  hint: "add `concurrency` with a `group` and `cancel-in-progress`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main]
permissions: {}
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
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
  cancel-in-progress: true
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  check: ({ node, concurrency, jobs, triggers }, report) => {
    const all = [concurrency, ...jobs.map(job => job.concurrency)].filter(found => found !== undefined);
    for (const found of all)
      if (isBare(found))
        report(found.place, "the group does not say whether a newer run cancels the one that runs", {
          severity: "note",
          hint: "write a mapping: `group: …` and `cancel-in-progress: true` or `false`",
        });
    const on = node.entry("on");
    if (!on || all.length > 0 || jobs.length === 0) return;
    if (triggers.some(({ event }) => repeating.has(event)))
      report(on.keyPlace, "neither the workflow nor any of its jobs has a `concurrency` group");
  },
});

const isBare = (node: Node): boolean => node.isScalar && node.text !== "";
