import { defineRule } from "../../rule.ts";
import { isSecret } from "../../secrets.ts";

export const secretWithoutEnvironment = defineRule({
  id: "policy/secret-without-environment",
  severity: "warning",
  summary: "A job reads a secret and belongs to no environment.",
  why: "A secret of the repository is there for every workflow on every branch: whoever may push one can print it. A secret of an environment is there only for the jobs that name it, on the branches and after the reviews that the environment asks for. Where the secret is kept, the file does not show.",
  hint: "give the job an `environment`, and keep the secret in that environment",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments#environment-secrets",
  examples: {
    kind: "step",
    bad: `- name: List the experiments
  env:
    MLFLOW_TRACKING_TOKEN: \${{ secrets.MLFLOW_TRACKING_TOKEN }}
  run: mlflow experiments search
`,
    good: `- name: List the open issues
  env:
    GH_TOKEN: \${{ secrets.GITHUB_TOKEN }}
  run: gh issue list
`,
  },
  check: (workflow, report) => {
    // A called workflow cannot read the secrets of its own environments, unless it is handed all.
    if (workflow.trigger("workflow_call")) return;
    for (const { node, environment, uses } of workflow.jobs) {
      if (environment || uses) continue;
      const told = new Set<string>();
      for (const { reads, place } of node.expressions)
        for (const access of reads) {
          const name = access.text.toLowerCase();
          if (!isSecret(access) || told.has(name)) continue;
          told.add(name);
          report(place, `\`${access.text}\` is read by a job without an \`environment\``);
        }
    }
  },
});
