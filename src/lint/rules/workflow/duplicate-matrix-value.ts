import { matrixOf, valueKey } from "../../matrix.ts";
import { defineRule } from "../../rule.ts";

export const duplicateMatrixValue = defineRule({
  id: "workflow/duplicate-matrix-value",
  severity: "warning",
  summary: "An axis of a matrix has the same value twice.",
  why: 'The same job runs twice, with the same name. Numbers lose their trailing noughts: `3.1` and `3.10` are the same value, `"3.10"` is another.',
  hint: "remove one of the two, or quote versions",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  strategy:
    matrix:
      python: [3.1, 3.10]
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  strategy:
    matrix:
      python: ["3.1", "3.10"]
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ jobs }, report) => {
    for (const job of jobs)
      for (const { name, values } of matrixOf(job)?.axes ?? []) {
        const seen = new Set<string>();
        for (const value of values ?? []) {
          const own = valueKey(value);
          if (own === undefined) continue;
          if (seen.has(own))
            report(
              value.place,
              `the axis \`${name}\` has ${value.isScalar ? `\`${value.text}\`` : "this value"} already`,
            );
          seen.add(own);
        }
      }
  },
});
