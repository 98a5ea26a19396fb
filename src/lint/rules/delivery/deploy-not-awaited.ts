import type { Deployment } from "../../delivery.ts";
import { deploymentsOf, looksAtService, runsBefore, runsUnknown, textOf, usesEcsAction } from "../../delivery.ts";
import type { Place } from "../../place.ts";
import { commandsOf } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import { capture, deploy, deployJob, rollback, smoke } from "./example.ts";

export const deployNotAwaited = defineRule({
  id: "pipeline/deploy-not-awaited",
  severity: "warning",
  summary: "A service is tested while ECS is still replacing what it runs.",
  why: "Without being told to wait, both the action and `aws ecs update-service` are done as soon as ECS has taken the order. The test then asks the tasks of the old version, passes, and says nothing about the new one.",
  hint: "set `wait-for-service-stability: true`, or run `aws ecs wait services-stable` before the test",
  reference: "https://github.com/aws-actions/amazon-ecs-deploy-task-definition#usage",
  examples: {
    kind: "job",
    bad: deployJob(capture, deploy.replace(/.*aws ecs wait.*\n/, ""), smoke, rollback),
    good: deployJob(capture, deploy, smoke, rollback),
  },
  check: (workflow, report) => {
    for (const deployment of deploymentsOf(workflow)) {
      const [test] = deployment.verifications;
      const place = test && unawaited(deployment);
      if (!place || isAwaitedUntil(deployment, test)) continue;
      report(place, `\`${test.label}\` asks the service before the deployment is complete`);
    }
  },
});

/** Where it says that it does not wait. */
const unawaited = ({ step, place }: Deployment): Place | undefined => {
  if (!usesEcsAction(step)) return commandsOf(step, "aws", "ecs", "deploy").length > 0 ? undefined : place;
  const told = step.input("wait-for-service-stability");
  // An expression may well be true.
  if (told === undefined) return place;
  return told.literal === undefined || told.literal.toLowerCase() === "true" ? undefined : told.place;
};

/** From the deployment to the test, both included. */
const isAwaitedUntil = ({ step, after }: Deployment, test: Deployment["step"]): boolean =>
  [step, ...after.filter(other => other === test || runsBefore(other, test))].some(
    other =>
      commandsOf(other, "aws", "ecs", "wait").length > 0 ||
      looksAtService(other) ||
      (other !== step && runsUnknown(other) && other !== test) ||
      /describe_services|services_stable|wait_for|wait-for-it|wait-on/.test(textOf(other)),
  );
