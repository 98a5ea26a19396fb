import { defineRule } from "../../rule.ts";
import { MOST_NODES } from "../../yaml-shape.ts";

export const fileTooLarge = defineRule({
  id: "workflow/file-too-large",
  severity: "error",
  summary: "The file is larger than GitHub reads: over 500 KB, or over 50,000 YAML values.",
  why: "GitHub refuses the whole file: none of its jobs runs.",
  hint: "move scripts into files of the repository, and jobs into workflows that are called",
  reference: "https://docs.github.com/actions/reference/limits",
  examples: {
    kind: "workflow",
    bad: () => `# ${"x".repeat(500_000)}\n`,
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
  inspect: (file, report) => {
    const start = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    const size = file.bytes.length;
    if (size > MOST_BYTES) report(start, `the file has ${Math.ceil(size / 1000)} KB, and GitHub reads 500 KB`);
    // Asked for last: what is larger is not even looked through.
    else if (file.shape?.tooManyNodes)
      report(start, `the file has more than the ${MOST_NODES.toLocaleString("en")} YAML values that GitHub reads`);
    else if (file.shape?.isLarge)
      report(
        start,
        "the file is so large that not all of it is checked: what expressions read, and what is called, is not",
        {
          severity: "warning",
          hint: "split the workflow: a part of it can be a workflow that is called",
        },
      );
  },
});

const MOST_BYTES = 500_000;
