import type { Deployment } from "../../delivery.ts";
import { deploymentsOf, downstream, mayReturnService, revertsByItself, survivesFailure } from "../../delivery.ts";
import { statusFunctions } from "../../moments.ts";
import { defineRule } from "../../rule.ts";
import type { Job } from "../../workflow.ts";
import { capture, deploy, deployJob, rollback, smoke } from "./example.ts";

export const deployWithoutRollback = defineRule({
  id: "pipeline/deploy-without-rollback",
  severity: "error",
  summary: "A deployment is tested, and nothing takes it back when the test fails.",
  why: "The test runs when the service has already changed. When it fails the job turns red and the version that failed goes on serving; the circuit breaker of ECS sees tasks that do not start, not a test of this workflow.",
  hint: "remember the task definition before the deployment, and add a step `if: (failure() || cancelled()) && steps.deploy.outcome != 'skipped'` that returns the service to it",
  reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
  examples: {
    kind: "job",
    bad: deployJob(deploy, smoke),
    good: deployJob(capture, deploy, smoke, rollback),
  },
  check: (workflow, report) => {
    for (const deployment of deploymentsOf(workflow)) {
      const [test] = deployment.verifications;
      if (!test || isTrial(deployment.step.job) || isTakenBack(deployment)) continue;
      report(deployment.place, `nothing takes this deployment back when \`${test.label}\` fails`);
    }
  },
});

/** Where nobody is served, a failed version may stay for people to look at. */
const isTrial = ({ id, environment }: Job): boolean => {
  const name = (environment?.isMapping ? environment.get("name") : environment)?.text ?? "";
  return /stag|dev|test|qa\b|uat|preview|sandbox|demo/i.test(`${id} ${name}`);
};

const isTakenBack = (deployment: Deployment): boolean =>
  revertsByItself(deployment.step) ||
  // What runs only when all went well cannot take anything back; a test may do so itself.
  [
    ...[deployment.step, ...deployment.verifications],
    ...deployment.after.filter(step => survivesFailure(step) || statusFunctions(step.job.if).length > 0),
  ].some(mayReturnService) ||
  downstream(deployment.step.job).some(job => job.uses !== undefined && statusFunctions(job.if).length > 0);
