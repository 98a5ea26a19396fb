import { deploymentsOf, moment, runsUnknown } from "../../delivery.ts";
import { wouldRun } from "../../moments.ts";
import { commandsIn } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";
import { capture, deploy, deployJob, rollback, smoke } from "./example.ts";

const tolerated = smoke.replace("  run:", "  continue-on-error: true\n  run:");
const onOutcome = rollback.replace(
  /if: .*/,
  "if: always() && (steps.smoke.outcome == 'failure' || steps.smoke.outcome == 'cancelled')",
);

export const rollbackHidesFailure = defineRule({
  id: "pipeline/rollback-hides-failure",
  severity: "error",
  summary: "A deployment is taken back, and the job ends green.",
  why: "With `continue-on-error` the failure counts for the rollback and not for the job. The run, the environment and every job that waits for this one then take the version for delivered which was just removed.",
  hint: "drop `continue-on-error` and roll back `if: failure() || cancelled()`, or end the rollback with `exit 1`",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepscontinue-on-error",
  examples: {
    kind: "job",
    bad: deployJob(capture, deploy, tolerated, onOutcome),
    good: deployJob(capture, deploy, tolerated, `${onOutcome}    exit 1\n`),
  },
  check: (workflow, report) => {
    for (const { step: deployment, rollbacks } of deploymentsOf(workflow))
      for (const rollback of rollbacks)
        for (const step of deployment.job.steps.slice(deployment.index, rollback.step.index)) {
          const node = step.node.get("continue-on-error");
          if (node?.literal !== "true") continue;
          const then = moment("success", step.job, other => (other === step ? "failure" : "success"));
          const isStarted = wouldRun(rollback.if, then) === true;
          const rest = deployment.job.steps.slice(step.index + 1);
          if (isStarted && !rest.some(mayFail) && !isHandedOn(step))
            report(node.place, `\`${step.label}\` may fail and be rolled back, and the job still ends green`);
        }
  },
});

/** Programs that ask or say something; anything else may be there to turn the job red. */
const HARMLESS: ReadonlySet<string> = new Set([
  "aws",
  "echo",
  "printf",
  "curl",
  "jq",
  "sleep",
  "set",
  "export",
  "true",
]);

const mayFail = (step: Step): boolean =>
  runsUnknown(step) ||
  (step.uses !== undefined && !/^(?:aws-actions|actions\/upload-artifact|slackapi)\b/.test(step.uses.action ?? "")) ||
  commandsIn(step).some(({ name = "" }) => !HARMLESS.has(name));

/** Whether other jobs are told how the step ended. */
const isHandedOn = ({ id, job }: Step): boolean =>
  job.outputs.some(({ value }) =>
    value.expressions.some(({ reads }) => reads.some(({ path }) => path[1] === id?.toLowerCase())),
  );
