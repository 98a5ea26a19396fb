import type { Deployment } from "../../delivery.ts";
import { deploymentsOf, looksAtService, revertsByItself, runsUnknown, textOf } from "../../delivery.ts";
import { commandsOf, hasFlag } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";
import { capture, deploy, deployJob, rollback } from "./example.ts";

export const deployWithoutCapture = defineRule({
  id: "pipeline/deploy-without-capture",
  severity: "error",
  summary: "A rollback returns a service to a version that nobody asked for before the deployment.",
  why: "Only the service knows which task definition it runs, and only until it is changed. The revision before the newest need not be it: it may have failed, may have been registered by another branch, or be inactive.",
  hint: "before the deployment, write `aws ecs describe-services … --query 'services[0].taskDefinition'` to an output and roll back to that",
  reference: "https://docs.aws.amazon.com/cli/latest/reference/ecs/describe-services.html",
  examples: {
    kind: "job",
    bad: deployJob(deploy, rollback.replace("$PREVIOUS", "scoring:41").replace(/ {2}env:\n.*\n/, "")),
    good: deployJob(capture, deploy, rollback),
  },
  check: (workflow, report) => {
    for (const deployment of deploymentsOf(workflow)) {
      const { step, place, rollbacks } = deployment;
      const blind = rollbacks.map(rollback => rollback.step).filter(returnsToTaskDefinition);
      const [first] = blind;
      if (!first || revertsByItself(step) || isCaptured(deployment) || blind.some(knowsFromElsewhere)) continue;
      if (blind.some(looksAtService))
        report(place, `\`${first.label}\` has to guess what the service ran before this deployment`, {
          severity: "warning",
        });
      else report(place, `nothing before this deployment reads what the service runs, which \`${first.label}\` needs`);
    }
  },
});

const returnsToTaskDefinition = (step: Step): boolean =>
  commandsOf(step, "aws", "ecs", "update-service").some(command => hasFlag(command, "--task-definition"));

/** In the job, in one it needs, or in the script of the deployment itself. */
const isCaptured = ({ step }: Deployment): boolean =>
  [...[...step.job.upstream].flatMap(({ steps }) => steps), ...step.job.steps.slice(0, step.index + 1)].some(
    other => looksAtService(other) || mayLook(other),
  ) || [...step.job.upstream].some(({ uses }) => uses);

/** What is not shown here may ask, as far as its words tell. */
const mayLook = (step: Step): boolean =>
  /describe_services|describe-services/.test(textOf(step)) ||
  (runsUnknown(step) && /\becs\b|\baws\b|capture|previous|current|rollback|service/i.test(textOf(step)));

/** A value that people or other workflows hand over. */
const knowsFromElsewhere = (step: Step): boolean =>
  step.node.expressions.some(({ reads }) =>
    reads.some(({ path }) => ["vars", "inputs", "needs"].includes(path[0] ?? "") && !/^needs$/.test(path[1] ?? "")),
  );
