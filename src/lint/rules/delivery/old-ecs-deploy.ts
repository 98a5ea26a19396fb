import type { Version } from "../../actions.ts";
import { versionOf } from "../../actions.ts";
import { deploymentsOf, usesEcsAction } from "../../delivery.ts";
import { defineRule } from "../../rule.ts";
import { capture, deployJob, rollback } from "./example.ts";

const deploy = `- name: Deploy
  id: deploy
  uses: aws-actions/amazon-ecs-deploy-task-definition@c465972ecbd160473f22e683363b422a5412a3de # v2.6.3
  with:
    task-definition: scoring
    cluster: ml
    service: scoring
    wait-for-service-stability: true
`;

export const oldEcsDeploy = defineRule({
  id: "pipeline/old-ecs-deploy",
  severity: "warning",
  summary: "The action that deploys to ECS is too old to notice that ECS took the deployment back.",
  why: "Before v2.6.2 it waits until the service is stable and asks no more. A service whose circuit breaker went back to the old version is stable too: the step is green, and the new version is gone.",
  hint: "use aws-actions/amazon-ecs-deploy-task-definition v2.6.2 or newer",
  reference: "https://github.com/aws-actions/amazon-ecs-deploy-task-definition/pull/860",
  examples: {
    kind: "job",
    bad: deployJob(capture, deploy.replace(/@.*/, "@17248d4b7bfbf5d1ba2e2fee2d1ac5c4f1e2c5d7 # v2.6.1"), rollback),
    good: deployJob(capture, deploy, rollback),
  },
  check: (workflow, report) => {
    for (const { step } of deploymentsOf(workflow)) {
      const version = step.uses && usesEcsAction(step) ? versionOf(step.uses) : undefined;
      // With CodeDeploy it is CodeDeploy that is asked.
      const isOther = step.with.some(({ key }) => /^codedeploy-/i.test(key));
      if (step.uses && version && isOld(version) && !isOther)
        report(step.uses.node.place, "before v2.6.2 this action takes a deployment that ECS reverted for a success");
    }
  },
});

/** A tag that names no minor version moves on with every release. */
const isOld = ({ major, minor, patch }: Version): boolean =>
  major < 2 || (major === 2 && minor !== undefined && (minor < 6 || (minor === 6 && patch !== undefined && patch < 2)));
