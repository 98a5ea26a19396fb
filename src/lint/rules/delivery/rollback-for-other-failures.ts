import type { Deployment, Rollback } from "../../delivery.ts";
import { deploymentsOf, isTolerated, looksAtService, momentAfter, textOf } from "../../delivery.ts";
import { wouldRun } from "../../moments.ts";
import { commandsIn, gatesOf, promotionsOf, pythonCalls, usesAction } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";
import { capture, deploy, deployJob, rollback, smoke } from "./example.ts";

const release = `- name: Tag what was deployed
  env:
    GH_TOKEN: \${{ github.token }}
  run: gh release create "model-$GITHUB_RUN_NUMBER" --generate-notes --repo "$GITHUB_REPOSITORY"
`;

export const rollbackForOtherFailures = defineRule({
  id: "pipeline/rollback-for-other-failures",
  severity: "error",
  summary: "A rollback also runs when a step fails that says nothing about the deployment.",
  why: "`failure()` is true when any earlier step of the job failed. A stale data set or an upload that times out then reverts a deployment that was tested and is healthy.",
  hint: "ask for the steps that count, as in `failure() && (steps.deploy.outcome == 'failure' || steps.smoke.outcome == 'failure')`, or move the other steps to a job of their own",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#failure",
  examples: {
    kind: "job",
    bad: deployJob(capture, deploy, smoke, release, rollback),
    good: deployJob(capture, deploy, smoke, rollback, release),
  },
  check: (workflow, report) => {
    for (const deployment of deploymentsOf(workflow))
      for (const rollback of deployment.rollbacks) {
        const unrelated = otherwiseFailing(deployment, rollback);
        if (unrelated)
          report(
            rollback.if.place,
            `a failure of \`${unrelated.label}\` reverts the deployment, however healthy it is`,
          );
        else if (runsWithoutCapture(deployment, rollback))
          report(
            rollback.if.place,
            "the rollback also runs when the job failed before it was known what to return to",
            {
              severity: "warning",
              hint: "run it only when the deployment began: `(failure() || cancelled()) && steps.deploy.outcome != 'skipped'`",
            },
          );
      }
  },
});

/** A step between deployment and rollback that is not about the deployment, and whose failure starts the rollback. */
const otherwiseFailing = ({ step: deploy, verifications }: Deployment, rollback: Rollback): Step | undefined =>
  deploy.job.steps
    .slice(deploy.index + 1, rollback.step.index)
    .find(
      step =>
        !verifications.includes(step) &&
        !isTolerated(step) &&
        wouldRun(step.if, { status: "success" }) !== false &&
        isElsewhere(step) &&
        wouldRun(rollback.if, momentAfter(step, "failure")) === true,
    );

/** Programs that have to do with other things than the service. */
const OTHER_PROGRAMS: ReadonlySet<string> = new Set(["dvc", "git", "gh", "mlflow", "twine", "npm", "docker", "cml"]);

const isElsewhere = (step: Step): boolean =>
  usesAction(step, "actions/upload-artifact", "actions/cache/save", "softprops/action-gh-release") ||
  /slack|notif|teams|discord|codecov/i.test(step.uses?.action ?? "") ||
  gatesOf(step).length > 0 ||
  promotionsOf(step).length > 0 ||
  pythonCalls(step, "data_freshness", "auto_promote", "monitoring.production", "monitoring.drift").some(
    ({ command }) => !command.tolerated,
  ) ||
  (step.script !== undefined &&
    commandsIn(step).some(
      ({ name = "", tolerated, inFunction }) => !tolerated && !inFunction && OTHER_PROGRAMS.has(name),
    ));

/** Whether it runs when nothing was captured, and does not look whether anything was. */
const runsWithoutCapture = ({ step: deploy }: Deployment, rollback: Rollback): boolean => {
  const [first] = deploy.job.steps;
  const capture = deploy.job.steps.slice(0, deploy.index).find(looksAtService);
  if (!first || !capture || capture === first) return false;
  const isGuarded = /(?:^|\s)-[zn]\s|:\?|==|!=|\bNone\b/.test(textOf(rollback.step));
  return !isGuarded && wouldRun(rollback.if, momentAfter(first, "failure")) === true;
};
