import { deploymentsOf, looksAtService, runsUnknown, survivesFailure, usesEcsAction } from "../../delivery.ts";
import { commandsOf, hasFlag } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";
import { capture, deploy, deployJob, rollback } from "./example.ts";

export const rollbackNotVerified = defineRule({
  id: "pipeline/rollback-not-verified",
  severity: "warning",
  summary: "A rollback is started, and nothing waits to see whether it succeeds.",
  why: "ECS accepts the return at once and carries it out over minutes. When the old version no longer starts, the job does not say so, and the service is broken under a message that it was rolled back.",
  hint: "add `aws ecs wait services-stable` after the update, and compare what the service runs with what was meant",
  reference: "https://docs.aws.amazon.com/cli/latest/reference/ecs/wait/services-stable.html",
  examples: {
    kind: "job",
    bad: deployJob(capture, deploy, rollback.replace(/.*aws ecs wait.*\n/, "")),
    good: deployJob(capture, deploy, rollback),
  },
  check: (workflow, report) => {
    for (const { rollbacks } of deploymentsOf(workflow))
      for (const { step } of rollbacks) {
        const later = step.job.steps.slice(step.index + 1).filter(survivesFailure);
        if ([step, ...later].some(other => waits(other) || runsUnknown(other))) continue;
        const [update] = commandsOf(step, "aws", "ecs", "update-service");
        const place = update?.program.place ?? step.uses?.node.place ?? step.place;
        report(place, "the job ends before it is known whether the service could be returned");
      }
  },
});

/** The action waits where it is told to; what an expression tells it is left to the run. */
const waits = (step: Step): boolean => {
  const told = step.input("wait-for-service-stability");
  return (
    commandsOf(step, "aws", "ecs", "wait").length > 0 ||
    looksAtService(step) ||
    commandsOf(step, "aws", "ecs", "deploy").some(command => hasFlag(command, "--service")) ||
    (usesEcsAction(step) && told !== undefined && told.literal?.toLowerCase() !== "false")
  );
};
