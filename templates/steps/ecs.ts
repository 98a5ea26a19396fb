import type { Deploy, Pipeline, Smoke } from "../../src/config/pipeline.ts";
import type { Expression, Text } from "../../src/model/expression.ts";
import { all, any, cancelled, failed, unequal } from "../../src/model/expression.ts";
import type { Step, StepEnv, StepResults } from "../../src/model/step.ts";
import { run, uses } from "../../src/model/step.ts";
import ecsCapture from "../scripts/ecs-capture.sh";
import ecsRollback from "../scripts/ecs-rollback.sh";
import ecsVerify from "../scripts/ecs-verify.sh";
import smokeTest from "../scripts/smoke-test.sh";
import { awsAccess } from "./aws.ts";
import { reference } from "./image.ts";
import { fromConfig } from "./values.ts";

/** Minutes the deploy step may take beyond the wait for stability, for its own calls. */
const MARGIN = 5;

/**
 * Capture, render, deploy, verify, smoke test, and the way back. Nothing unrelated stands between the deployment and the
 * rollback: an unrelated failure there would roll a healthy service back.
 */
export const deployment = (pipeline: Pipeline, deploy: Deploy, digest: Expression<"needs">): readonly Step[] => {
  const access = awsAccess(deploy);
  const service: StepEnv = {
    ...access.env,
    CLUSTER: fromConfig(deploy.aws.cluster),
    SERVICE: fromConfig(deploy.aws.service),
  };
  const capture = run({
    id: "capture",
    name: "Remember what the service runs now",
    comment: "Stops here, before anything changed, unless there is a version to return to.",
    env: { ...service, CONTAINER: deploy.container, ...(deploy.smoke && smokeNeeds(deploy.smoke)) },
    outputs: ["task-definition"],
    run: ecsCapture,
  });
  const previous = capture.outputs["task-definition"];
  const image = reference(pipeline, deploy.image, digest);
  const render = uses("aws-actions/amazon-ecs-render-task-definition", {
    id: "render",
    name: "Put the new image into the task definition",
    env: access.env,
    with: {
      "task-definition-arn": previous,
      "container-name": deploy.container,
      image: image.outputs.reference,
    },
  });
  const release = uses("aws-actions/amazon-ecs-deploy-task-definition", {
    id: "deploy",
    name: "Deploy and wait until the service is stable",
    comment: "From here on, whatever fails or is cancelled returns the service to the captured version.",
    timeoutMinutes: deploy.stabilityMinutes + MARGIN,
    env: access.env,
    with: {
      "task-definition": render.outputs["task-definition"],
      cluster: fromConfig(deploy.aws.cluster),
      service: fromConfig(deploy.aws.service),
      "wait-for-service-stability": true,
      "wait-for-minutes": deploy.stabilityMinutes,
    },
  });
  const verify = run({
    id: "verify",
    name: "Verify that the service runs what was deployed",
    comment: "ECS may have returned to the old version by itself and be stable with it.",
    env: { ...service, TASK_DEFINITION: release.outputs["task-definition-arn"], PREVIOUS: previous },
    run: ecsVerify,
  });

  const tests = deploy.smoke ? [smoke(deploy.smoke)] : [];

  const changed = all(any(failed, cancelled), unequal(release.outcome, "skipped"));
  // A role session lasts an hour by default; a deployment that never became stable may have used it up.
  const renewed = awsAccess(deploy, {
    id: "aws-rollback",
    name: "Renew the AWS role for the rollback",
    if: changed,
    otherwise: access,
  });
  const rollback = run({
    id: "rollback",
    name: "Return the service to the captured version",
    comment: "Only when the deployment began. The job stays red.",
    if: changed,
    env: {
      ...service,
      ...renewed.env,
      PREVIOUS: previous,
      WAIT_MINUTES: deploy.stabilityMinutes,
      REASON: outcomes([release, verify, ...tests]),
    },
    run: ecsRollback,
  });
  return [...access.steps, capture, image, render, release, verify, ...tests, ...renewed.steps, rollback];
};

/** `Results: deploy success, verify failure.`: what the steps came to, filled in by GitHub. */
const outcomes = (steps: readonly (Step & Pick<StepResults<never>, "outcome">)[]): Text<"steps"> => ({
  kind: "text",
  parts: [...steps.flatMap(({ id, outcome }, index) => [`${index > 0 ? ", " : "Results: "}${id} `, outcome]), "."],
});

/** What has to be there before anything is deployed: without it the test fails, and a healthy service is rolled back. */
const smokeNeeds = ({ baseUrl, predict }: Smoke): StepEnv => ({
  BASE_URL: fromConfig(baseUrl),
  ...(typeof predict.payload === "string" && { PAYLOAD_FILE: predict.payload }),
});

const smoke = ({ baseUrl, health, predict, attempts, delaySeconds }: Smoke) =>
  run({
    id: "smoke",
    name: "Ask the deployed service for its health and a prediction",
    env: {
      BASE_URL: fromConfig(baseUrl),
      HEALTH_PATH: health,
      PREDICT_PATH: predict.path,
      ...(typeof predict.payload === "string"
        ? { PAYLOAD_FILE: predict.payload }
        : { PAYLOAD: JSON.stringify(predict.payload) }),
      EXPECT: predict.expect,
      ATTEMPTS: attempts,
      DELAY_SECONDS: delaySeconds,
    },
    run: smokeTest,
  });
