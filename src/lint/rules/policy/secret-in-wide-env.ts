import { flows } from "../../expression.ts";
import type { Entry } from "../../node.ts";
import { defineRule } from "../../rule.ts";
import { isSecret, isToken } from "../../secrets.ts";
import type { Step } from "../../workflow.ts";

export const secretInWideEnv = defineRule({
  id: "policy/secret-in-wide-env",
  severity: "error",
  summary: "A secret stands in the environment of a whole job or workflow.",
  why: "Every step has it: each action, each test, each package that is installed, although one command needs it.",
  hint: "move it into the `env` of the step that needs it",
  reference: "https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 10
  permissions: {}
  env:
    MLFLOW_TRACKING_TOKEN: \${{ secrets.MLFLOW_TRACKING_TOKEN }}
  steps:
    - name: Install
      run: pip install mlflow
    - name: List the experiments
      run: mlflow experiments search
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Install
      run: pip install mlflow
    - name: List the experiments
      env:
        MLFLOW_TRACKING_TOKEN: \${{ secrets.MLFLOW_TRACKING_TOKEN }}
      run: mlflow experiments search
`,
  },
  check: ({ env, jobs, steps }, report) => {
    const look = (entries: readonly Entry[], whose: string, { length }: readonly Step[]): void => {
      for (const { key, value } of entries) {
        const given = value.expressions.flatMap(({ tree }) => flows(tree));
        const secret = given.find(isSecret) ?? given.find(isToken);
        if (!secret) continue;
        // While there is one step, it is as wide as its job.
        const severity = length < 2 ? "note" : isSecret(secret) ? "error" : "warning";
        report(value.place, `\`${key}\` hands \`${secret.text}\` to every step of ${whose}`, { severity });
      }
    };
    look(env, "every job", steps);
    for (const job of jobs) look(job.env, "the job", job.steps);
  },
});
