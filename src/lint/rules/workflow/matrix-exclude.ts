import { closest } from "../../../diagnostics/closest.ts";
import type { Axis } from "../../matrix.ts";
import { folded, matrixOf } from "../../matrix.ts";
import { defineRule } from "../../rule.ts";

export const matrixExclude = defineRule({
  id: "workflow/matrix-exclude",
  severity: "error",
  summary: "An `exclude` of a matrix names an axis or a value that the matrix does not have.",
  why: "GitHub refuses an axis that does not exist; a value that does not exist excludes nothing, and the job that should not run does.",
  hint: "name an axis of the matrix and one of its values, written alike: `3.10` without quotes is the number 3.1",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrixexclude",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  strategy:
    matrix:
      python: ["3.10", "3.11"]
      os: [ubuntu-latest, windows-latest]
      exclude:
        - python: 3.10
          os: windows-latest
  runs-on: \${{ matrix.os }}
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
      python: ["3.10", "3.11"]
      os: [ubuntu-latest, windows-latest]
      exclude:
        - python: "3.10"
          os: windows-latest
  runs-on: \${{ matrix.os }}
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ jobs }, report) => {
    for (const job of jobs) {
      const matrix = matrixOf(job);
      const axes = new Map(
        matrix?.axes.map(axis => [axis.name.toLowerCase(), { name: axis.name, scalars: scalarsOf(axis) }]),
      );
      for (const entry of matrix?.exclude ?? [])
        for (const { key, keyPlace, value } of entry.entries) {
          const axis = axes.get(key.toLowerCase());
          if (!axis) {
            const meant = closest(
              key,
              [...axes.values()].map(({ name }) => name),
            );
            const also = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
            report(keyPlace, `the matrix has no axis \`${key}\`${also}`);
            continue;
          }
          // Of a collection, a part is enough to exclude.
          const own = value.isScalar ? folded(value) : undefined;
          if (own !== undefined && axis.scalars && !axis.scalars.has(own))
            report(value.place, `the axis \`${axis.name}\` has no value \`${value.text}\``, { severity: "warning" });
        }
    }
  },
});

/** The values of an axis, where all are scalars that are written out. */
const scalarsOf = ({ values }: Axis): ReadonlySet<string | undefined> | undefined => {
  const known = values?.every(({ isScalar }) => isScalar) ? new Set(values.map(folded)) : undefined;
  return known?.has(undefined) ? undefined : known;
};
