import { defineRule } from "../../rule.ts";

export const allSecrets = defineRule({
  id: "policy/all-secrets",
  severity: "error",
  summary: "An expression takes all secrets at once, or one whose name is only known at run time.",
  why: "GitHub hands the runner of a job only the secrets that its text names. Here it must hand over every one, also those of other pipelines, and whoever gets into the job has them all.",
  hint: "name each secret that is needed: `secrets.NAME`",
  reference: "https://docs.github.com/actions/reference/security/secure-use#use-secrets-for-sensitive-information",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Train
      env:
        SECRETS: \${{ toJSON(secrets) }}
      run: python scripts/load.py
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Train
      env:
        DVC_REMOTE_URL: \${{ secrets.DVC_REMOTE_URL }}
      run: python scripts/load.py
`,
  },
  check: ({ node }, report) => {
    for (const { reads, place } of node.expressions)
      for (const { path, text } of reads) {
        if (path[0] !== "secrets") continue;
        if (path.length === 1 || path[1] === "*") report(place, "the expression takes every secret there is");
        else if (path[1] === undefined)
          report(place, `which secret \`${text}\` is, is only known at run time: the job gets all of them`, {
            severity: "warning",
          });
      }
  },
});
