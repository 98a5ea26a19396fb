import { defineRule } from "../../rule.ts";

export const emptySteps = defineRule({
  id: "workflow/empty-steps",
  severity: "error",
  summary: "A job has a list of steps with nothing in it.",
  why: "GitHub refuses the file: a job must have a step.",
  hint: "give the job a step, or remove it",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps: []
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
    for (const { id, node } of jobs) {
      const steps = node.entry("steps");
      if (steps?.value.isSequence && steps.value.items.length === 0)
        report(steps.keyPlace, `job \`${id}\` has no steps`);
    }
  },
});
