import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Answer, aws, failure, noService, previous, rollout, service } from "../support/aws-ecs.ts";
import { runScript } from "../support/shell.ts";

const env = { CLUSTER: "ml", SERVICE: "api", CONTAINER: "creditrisk-api" };
const definition = (more: object = {}): Answer => ({
  json: {
    taskDefinition: {
      taskDefinitionArn: previous,
      status: "ACTIVE",
      containerDefinitions: [{ name: "log-router" }, { name: "creditrisk-api" }],
      ...more,
    },
  },
});
const capture = (
  described: Answer,
  defined: Answer = definition(),
  more: Record<string, string> = {},
  files: Record<string, string> = {},
) =>
  runScript("ecs-capture", {
    files,
    env: { ...env, ...more },
    commands: { aws: aws({ "describe-services": [described], "describe-task-definition": [defined] }) },
  });

test("ecs-capture: the task definition of a healthy service is what a failed deployment returns to", async () => {
  const result = await capture(service(previous));
  expect(result.exitCode).toBe(0);
  expect(result.outputs).toEqual({ "task-definition": previous });
  expect(result.summary).toBe(
    `### Deployment\n\nIf this deployment fails, the service returns to \`${previous}\`.\n\n`,
  );
  expect(readFileSync(join(result.standin, "aws"), "utf8").trim().split("\n")).toEqual([
    "ecs describe-services --cluster ml --services api --output json",
    `ecs describe-task-definition --task-definition ${previous} --output json`,
  ]);
});

test("ecs-capture: the whole ARN is captured where the service has a short name", async () => {
  const result = await capture(service("creditrisk-api:7"));
  expect(result.outputs).toEqual({ "task-definition": previous });
});

test("ecs-capture: a service without rollout state, as older ones have it, is fit", async () => {
  const result = await capture(service(previous, { deployments: [{ status: "PRIMARY" }] }));
  expect(result.exitCode).toBe(0);
});

test("ecs-capture: a service whose last deployment failed may be mended by a new one", async () => {
  const result = await capture(service(previous, rollout("FAILED")));
  expect(result.exitCode).toBe(0);
});

test("ecs-capture: a service whose tasks never started may be mended by a new deployment", async () => {
  const result = await capture(service(previous, { ...rollout("IN_PROGRESS"), runningCount: 0 }));
  expect(result.exitCode).toBe(0);
});

const active = { status: "ACTIVE", rolloutState: "IN_PROGRESS" };
const primary = { status: "PRIMARY", rolloutState: "COMPLETED" };
const refusals: readonly (readonly [string, Answer, Answer, string])[] = [
  ["a missing service", noService, definition(), "cannot be read: the cluster has no service of this name."],
  [
    "a missing cluster",
    failure("ClusterNotFoundException", "Cluster not found.\r\n100% gone"),
    definition(),
    "cannot be read: An error occurred (ClusterNotFoundException): Cluster not found.%0D 100%25 gone",
  ],
  [
    "missing credentials",
    { error: "\nUnable to locate credentials." },
    definition(),
    "cannot be read: Unable to locate credentials.",
  ],
  ["a service that drains", service(previous, { status: "DRAINING" }), definition(), "is DRAINING, not ACTIVE"],
  [
    "a service deployed by CodeDeploy",
    service(previous, { deploymentController: { type: "CODE_DEPLOY" } }),
    definition(),
    "deployed by CODE_DEPLOY",
  ],
  [
    "a deployment in progress",
    service(previous, { deployments: [active, primary] }),
    definition(),
    "Another deployment is running (waiting: 2 of 2 tasks run, deployments: 2, COMPLETED)",
  ],
  [
    "a task definition that cannot be read",
    service(previous),
    failure("AccessDeniedException", "not authorized"),
    "cannot be read: An error occurred (AccessDeniedException): not authorized",
  ],
  ["a deregistered task definition", service(previous), definition({ status: "INACTIVE" }), "is INACTIVE"],
  [
    "another container",
    service(previous),
    definition({ containerDefinitions: [{ name: "creditrisk-api-v2" }, { name: "web" }] }),
    "has no container creditrisk-api, only: creditrisk-api-v2, web.",
  ],
];

test.for(refusals)(
  "ecs-capture: %s stops the deployment before anything changes",
  async ([, described, defined, text]) => {
    const result = await capture(described, defined);
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain(text);
    expect(result.log).toMatch(/^::error title=Not deployed::.* Nothing was changed\.\n?$/);
    expect(result.outputs).toEqual({});
    expect(readFileSync(join(result.standin, "aws"), "utf8")).not.toMatch(/^ecs (?!describe-)/m);
  },
);

test.for(["CLUSTER", "SERVICE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "BASE_URL"])(
  "ecs-capture: an empty %s is an undefined secret or variable",
  async name => {
    const result = await capture(service(previous), definition(), { [name]: "" });
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain(`::Empty: ${name}. Is the secret or variable it comes from defined?`);
    expect(existsSync(join(result.standin, "aws"))).toBe(false);
  },
);

test.for([
  [true, 0],
  [false, 1],
] as const)("ecs-capture: that the smoke test's payload exists (%s) is a condition", async ([exists, exitCode]) => {
  const result = await capture(
    service(previous),
    definition(),
    { PAYLOAD_FILE: "sample.json" },
    exists ? { "sample.json": "{}" } : {},
  );
  expect(result.exitCode).toBe(exitCode);
  expect(result.log.includes("The smoke test's payload sample.json does not exist. Nothing was changed.")).toBe(
    !exists,
  );
});
