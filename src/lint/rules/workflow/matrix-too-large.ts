import { jobCount, matrixOf } from "../../matrix.ts";
import { defineRule } from "../../rule.ts";

/** https://docs.github.com/actions/reference/limits */
const LIMIT = 256;

const steps = `  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Train with the seed
      env:
        SEED: \${{ matrix.seed }}
        FOLD: \${{ matrix.fold }}
      run: python train.py --seed "$SEED" --fold "$FOLD"
`;

const example = (seeds: number): string => `example:
  name: Example
  strategy:
    matrix:
      fold: [${Array.from({ length: 20 }, (_, index) => index).join(", ")}]
      seed: [${Array.from({ length: seeds }, (_, index) => index).join(", ")}]
${steps}`;

export const matrixTooLarge = defineRule({
  id: "workflow/matrix-too-large",
  severity: "error",
  summary: "A matrix makes more than 256 jobs.",
  why: "GitHub refuses to run it: a matrix makes at most 256 jobs in one run.",
  hint: "take values out, exclude combinations, or loop over one of the axes inside of a job",
  reference: "https://docs.github.com/actions/reference/limits",
  examples: { kind: "job", bad: () => example(20), good: example(10) },
  check: ({ jobs }, report) => {
    for (const job of jobs) {
      const matrix = matrixOf(job);
      const count = matrix && jobCount(matrix);
      const place = job.node.get("strategy")?.entry("matrix")?.keyPlace;
      if (count !== undefined && count > LIMIT && place)
        report(place, `the matrix of job \`${job.id}\` makes ${count} jobs, of which GitHub takes ${LIMIT}`);
    }
  },
});
