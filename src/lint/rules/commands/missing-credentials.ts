import { awsUses, hasAws } from "../../aws-access.ts";
import { defineRule } from "../../rule.ts";
import { runnerKind } from "../../runner-kind.ts";

export const missingCredentials = defineRule({
  id: "pipeline/missing-credentials",
  severity: "error",
  summary: "A step talks to AWS without credentials.",
  why: "A runner of GitHub's has none of its own: the call ends with `Unable to locate credentials`, or, where the program only logs that, nothing arrives and nobody notices.",
  hint: "put aws-actions/configure-aws-credentials before it, or give the keys to the step in `env`",
  reference: "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html",
  examples: {
    kind: "step",
    bad: `- name: List the services
  env:
    AWS_REGION: eu-central-1
  run: aws ecs list-services --cluster ml
`,
    good: `- name: Assume the role
  uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
  with:
    role-to-assume: arn:aws:iam::123456789012:role/deploy
    aws-region: eu-central-1
- name: List the services
  run: aws ecs list-services --cluster ml
`,
  },
  check: (workflow, report, { repository }) => {
    for (const use of awsUses(workflow, repository)) {
      const state = hasAws(use, "credentials");
      if (state === "yes") continue;
      const isSure = state === "no" && runnerKind(use.step.job) === "hosted";
      report(use.place, `\`${use.name}\` has no AWS credentials`, isSure ? {} : { severity: "warning" });
    }
  },
});
