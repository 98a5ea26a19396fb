import { defineRule } from "../../rule.ts";

export const filterConflict = defineRule({
  id: "workflow/filter-conflict",
  severity: "error",
  summary: "An event has a filter and its `-ignore` form at once.",
  why: "GitHub refuses the file: of `branches` and `branches-ignore`, `tags` and `tags-ignore`, `paths` and `paths-ignore` an event takes one.",
  hint: "keep the positive filter and exclude with patterns that begin with `!`",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main, "release/**"]
    branches-ignore: ["release/old/**"]
permissions: {}
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
`,
    good: `name: Example
on:
  push:
    branches: [main, "release/**", "!release/old/**"]
permissions: {}
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
`,
  },
  check: ({ triggers }, report) => {
    for (const { event, node } of triggers)
      for (const filter of ["branches", "tags", "paths"]) {
        const ignore = node?.entry(`${filter}-ignore`);
        if (ignore && node?.entry(filter))
          report(ignore.keyPlace, `\`${event}\` has both \`${filter}\` and \`${ignore.key}\``);
      }
  },
});
