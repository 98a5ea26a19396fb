import { defineRule } from "../../rule.ts";

export const missingTimeout = defineRule({
  id: "policy/missing-timeout",
  severity: "warning",
  summary: "A job may run for as long as GitHub lets it.",
  why: "A step that hangs, on a prompt, a lock or a server that does not answer, holds the runner and the concurrency group for six hours, or five days on a runner of your own, before the job fails.",
  hint: "add `timeout-minutes` to the job: twice what it usually takes",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ jobs }, report) => {
    for (const { id, place, node, steps } of jobs) {
      if (steps.length === 0 || node.get("timeout-minutes")) continue;
      if (!steps.every(step => step.node.get("timeout-minutes")))
        report(place, `job \`${id}\` has no \`timeout-minutes\``);
    }
  },
});
