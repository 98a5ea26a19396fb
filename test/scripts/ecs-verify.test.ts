import { expect, test } from "vitest";
import { type Answer, aws, deployed, failure, family, previous, rollout, service } from "../support/aws-ecs.ts";
import { runScript } from "../support/shell.ts";

const verify = (answers: readonly Answer[], more: Record<string, string> = {}) =>
  runScript("ecs-verify", {
    env: { CLUSTER: "ml", SERVICE: "api", TASK_DEFINITION: deployed, PREVIOUS: previous, POLL_SECONDS: "0", ...more },
    commands: { aws: aws({ "describe-services": answers }) },
  });

test("ecs-verify: a service that is stable on what was deployed is verified at once", async () => {
  const result = await verify([service(deployed)]);
  expect(result.exitCode).toBe(0);
  expect(result.log).toBe(`The service is stable on ${deployed}`);
  expect(result.summary).toBe(`The service runs \`${deployed}\` (before: \`${previous}\`).\n\n`);
});

test("ecs-verify: a deployment without rollout state is judged by its tasks", async () => {
  const result = await verify([service(deployed, { deployments: [{ status: "PRIMARY" }] })]);
  expect(result.exitCode).toBe(0);
});

test("ecs-verify: it waits for a rollout that is not complete yet, through one lost answer", async () => {
  const result = await verify([
    service(deployed, rollout("IN_PROGRESS")),
    service(deployed, { deployments: [{ status: "PRIMARY" }, { status: "ACTIVE" }] }),
    failure("ThrottlingException", "Rate exceeded"),
    service(deployed, { runningCount: 1 }),
    service(deployed),
  ]);
  expect(result.exitCode).toBe(0);
  expect(result.log.split("\n")).toEqual([
    "waiting: 2 of 2 tasks run, deployments: 2, COMPLETED",
    "no answer: An error occurred (ThrottlingException): Rate exceeded",
    "waiting: 1 of 2 tasks run, deployments: 1, COMPLETED",
    "stable",
    `The service is stable on ${deployed}`,
  ]);
});

const refusals: readonly (readonly [string, readonly Answer[], string])[] = [
  [
    "a service that the circuit breaker has put back",
    [service(previous)],
    `ECS reverted the deployment by itself (circuit breaker): the service is back on ${previous}.`,
  ],
  [
    "a service that the circuit breaker puts back while we wait",
    [service(deployed, rollout("IN_PROGRESS")), service(previous, rollout("IN_PROGRESS")), service(previous)],
    "ECS reverted the deployment by itself",
  ],
  [
    "somebody else's deployment",
    [service(`${family}:9`)],
    `The service runs ${family}:9, not ${deployed}, which was deployed.`,
  ],
  [
    "a failed rollout, with what ECS says of it,",
    [
      service(deployed, {
        ...rollout("FAILED"),
        runningCount: 0,
        events: [{ message: "(service api) CannotPullContainerError" }, { message: "older" }],
      }),
    ],
    "The deployment is not complete: failed: 0 of 2 tasks run, deployments: 1, FAILED; " +
      "ECS says: (service api) CannotPullContainerError",
  ],
  [
    "AWS falling silent",
    [service(deployed, rollout("IN_PROGRESS")), { error: "ExpiredToken" }],
    "The deployment is not complete: no answer: ExpiredToken",
  ],
  ["AWS not answering at all", [{ error: "Unable to locate credentials." }], "Unable to locate credentials."],
];

test.for(refusals)("ecs-verify: %s is an error", async ([, answers, text]) => {
  const result = await verify(answers);
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain(`::error title=Deployment not verified::`);
  expect(result.log).toContain(text);
  expect(result.summary).toContain("**Not verified:**");
});

test("ecs-verify: a rollout that never completes ends with the time given to it", async () => {
  const result = await verify([service(deployed, rollout("IN_PROGRESS"))], { WAIT_MINUTES: "0" });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain(
    "The deployment is not complete: waiting: 2 of 2 tasks run, deployments: 1, IN_PROGRESS",
  );
});
