import { awsUses, hasAws } from "../../aws-access.ts";
import { defineRule } from "../../rule.ts";
import { runnerKind } from "../../runner-kind.ts";

export const missingRegion = defineRule({
  id: "pipeline/missing-region",
  severity: "error",
  summary: "A step talks to AWS without saying in which region.",
  why: "The call ends with `You must specify a region`, or, where the program only logs that, nothing arrives and nobody notices.",
  hint: "set AWS_REGION and AWS_DEFAULT_REGION in the step's `env`, or `--region`",
  reference: "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html",
  examples: {
    kind: "job",
    bad: exampleJob("aws ecs list-services --cluster ml"),
    good: exampleJob("aws ecs list-services --region eu-central-1 --cluster ml"),
  },
  check: (workflow, report, { repository }) => {
    for (const use of awsUses(workflow, repository)) {
      const state = use.needsRegion ? hasAws(use, "region") : "yes";
      if (state === "yes") continue;
      const isSure = state === "no" && runnerKind(use.step.job) === "hosted";
      report(use.place, `\`${use.name}\` has no AWS region`, isSure ? {} : { severity: "warning" });
    }
  },
});

function exampleJob(command: string): string {
  return `services:
  name: Services
  runs-on: ubuntu-latest
  environment: production
  timeout-minutes: 5
  permissions: {}
  steps:
    - name: List the services
      env:
        AWS_ACCESS_KEY_ID: \${{ secrets.AWS_ACCESS_KEY_ID }}
        AWS_SECRET_ACCESS_KEY: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
      run: ${command}
`;
}
