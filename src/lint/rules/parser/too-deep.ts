import { defineRule } from "../../rule.ts";
import { DEEPEST } from "../../yaml-shape.ts";

export const tooDeep = defineRule({
  id: "workflow/too-deep",
  severity: "error",
  summary: "The file nests lists and mappings deeper than the 50 levels that GitHub reads.",
  why: "GitHub refuses the whole file: none of its jobs runs.",
  hint: "take the inner levels apart; a workflow needs about ten",
  examples: {
    kind: "workflow",
    bad: () => `jobs: ${"[".repeat(60)}${"]".repeat(60)}\n`,
    good: `name: Example
on:
  push:
    branches: [main]
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
  inspect: ({ shape }, report) => {
    if (shape?.tooDeep) report(shape.tooDeep, `the file nests deeper than ${DEEPEST} levels here`);
  },
});
