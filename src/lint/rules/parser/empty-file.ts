import { defineRule } from "../../rule.ts";

export const emptyFile = defineRule({
  id: "workflow/empty-file",
  severity: "error",
  summary: "The file holds nothing, or comments alone.",
  why: "GitHub shows it as a workflow that is invalid, on every push.",
  hint: "delete the file, or write the workflow",
  examples: {
    kind: "workflow",
    bad: `# to be written
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
    if (shape?.root === "nothing") report(shape.rootPlace, "the file holds no workflow: there is nothing in it");
  },
});
