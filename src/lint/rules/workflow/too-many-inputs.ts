import { defineRule } from "../../rule.ts";

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_dispatch */
const LIMIT = 25;

const example = (count: number): string => `name: Example
on:
  workflow_dispatch:
    inputs:
${Array.from({ length: count }, (_, index) => `      stage-${index}:\n        type: boolean\n`).join("")}permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`;

export const tooManyInputs = defineRule({
  id: "workflow/too-many-inputs",
  severity: "error",
  summary: "A workflow that is started by hand has more than 25 inputs.",
  why: "GitHub refuses the file: `workflow_dispatch` takes at most 25 inputs.",
  hint: "put several values into one input, as a list or as JSON",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_dispatch",
  examples: { kind: "workflow", bad: () => example(26), good: example(25) },
  check: (workflow, report) => {
    const inputs = workflow.trigger("workflow_dispatch")?.node?.get("inputs")?.entries ?? [];
    const over = inputs[LIMIT];
    if (over) report(over.keyPlace, `\`workflow_dispatch\` takes ${LIMIT} inputs, and here are ${inputs.length}`);
  },
});
