import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Answer, aws, deployed, failure, family, previous, rollout, service } from "../support/aws-ecs.ts";
import { runScript, type ShellResult } from "../support/shell.ts";

const updated: Answer = { json: { service: {} } };
const rollback = (answers: readonly Answer[], update: Answer = updated, more: Record<string, string> = {}) =>
  runScript("ecs-rollback", {
    env: {
      CLUSTER: "ml",
      SERVICE: "api",
      PREVIOUS: previous,
      WAIT_MINUTES: "5",
      REASON: "The smoke test failed.",
      POLL_SECONDS: "0",
      ...more,
    },
    commands: { aws: aws({ "describe-services": answers, "update-service": [update] }) },
  });
const calls = (result: ShellResult) => {
  const file = join(result.standin, "aws");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};
const command = `aws ecs update-service --cluster 'ml' --service 'api' --task-definition '${previous}'`;

test("ecs-rollback: the service returns to the captured task definition, and is waited for and verified", async () => {
  const result = await rollback([service(deployed), service(previous, rollout("IN_PROGRESS")), service(previous)]);
  expect(result.exitCode).toBe(0);
  const look = "ecs describe-services --cluster ml --services api --output json";
  const update = `ecs update-service --cluster ml --service api --task-definition ${previous} --output json`;
  expect(calls(result)).toEqual([look, update, look, look, look]);
  expect(result.log).toContain(
    `::warning title=Rolled back::The service was returned to ${previous}. The smoke test failed.`,
  );
  expect(result.summary).toBe(
    `### Rolled back\n\nThe service was returned to ${previous}.\n\nThe smoke test failed.\n\n`,
  );
});

test("ecs-rollback: a service that cannot be read is updated all the same", async () => {
  const result = await rollback([failure("ThrottlingException", "Rate exceeded"), service(previous)]);
  expect(result.exitCode).toBe(0);
  expect(calls(result)[1]).toContain("update-service");
});

test("ecs-rollback: a service that ECS itself put back is left alone, but waited for", async () => {
  const result = await rollback([service(previous, rollout("IN_PROGRESS")), service(previous)]);
  expect(result.exitCode).toBe(0);
  expect(calls(result).join()).not.toContain("update-service");
  expect(result.log).toContain(`::notice title=Rolled back::The service is still, or again, on ${previous}`);
  expect(result.summary).toContain("nothing had to be changed");
});

const failures: readonly (readonly [string, readonly Answer[], Answer, string])[] = [
  [
    "a refused update",
    [service(deployed)],
    failure("ClientException", "TaskDefinition is inactive"),
    `ECS did not accept the return to ${previous}: An error occurred (ClientException): TaskDefinition is inactive`,
  ],
  [
    "a previous version that does not start",
    [service(deployed), service(previous, rollout("FAILED"))],
    updated,
    "failed: 2 of 2 tasks run",
  ],
  ["AWS falling silent", [service(deployed), { error: "ExpiredToken" }], updated, "no answer: ExpiredToken"],
  [
    "AWS falling silent at the last look",
    [service(deployed), service(previous), { error: "ExpiredToken" }],
    updated,
    "The service cannot be read: ExpiredToken",
  ],
  [
    "a service that ends on something else",
    [service(deployed), service(`${family}:9`)],
    updated,
    `The service is stable, but on ${family}:9, not on ${previous}.`,
  ],
];

test.for(failures)(
  "ecs-rollback: %s is an error that says how to restore by hand",
  async ([, answers, update, text]) => {
    const result = await rollback(answers, update);
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain("::error title=Rollback failed::");
    expect(result.log).toContain(text);
    expect(result.summary).toContain(text);
    expect(result.summary).toContain(`\`\`\`sh\n${command}\n\`\`\`\n`);
    expect(result.log).not.toContain("title=Rolled back");
  },
);

test("ecs-rollback: a service that never becomes stable ends with the time given to it", async () => {
  const stuck = service(previous, { runningCount: 0 });
  const result = await rollback([service(deployed), stuck], updated, { WAIT_MINUTES: "0" });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("waited for at most 0 minutes): waiting: 0 of 2 tasks run");
  expect(result.summary).toContain(command);
});

test("ecs-rollback: without a captured task definition nothing is touched", async () => {
  const result = await rollback([service(deployed)], updated, { PREVIOUS: "" });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("No task definition was captured");
  expect(result.summary).not.toContain("update-service");
  expect(calls(result)).toEqual([]);
});
