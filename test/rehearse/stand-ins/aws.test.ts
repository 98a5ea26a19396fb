import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Answer, aws, deployed, failure, previous } from "../../support/aws-ecs.ts";
import { serve } from "../../support/http-server.ts";
import { Machine } from "./machine.ts";

const role = "arn:aws:iam::123456789012:role/deploy";
const session = { AccessKeyId: "ASIA1", SecretAccessKey: "secret1", SessionToken: "token1", Expiration: "2030-01-01" };

/** AWS as the steps for credentials ask it; what it was asked is kept, with the key it was asked with. */
const sts = `echo "$AWS_ACCESS_KEY_ID $AWS_DEFAULT_REGION $*" >>"$STANDIN/sts"
case $2 in
  get-caller-identity) echo '{"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:me"}' ;;
  assume-role*) echo '${JSON.stringify({ Credentials: session })}' ;;
esac`;

const credentials = (machine: Machine, inputs: Record<string, string>, env: Record<string, string> = {}) =>
  machine.stepAsync("aws-actions/configure-aws-credentials", { "aws-region": "eu-west-1", ...inputs }, { env });

test("configure-aws-credentials: a role is assumed with the job's identity, for the outputs alone", async () => {
  const machine = new Machine().command("aws", sts);
  const { url, received } = await serve(() => ({ status: 200, body: '{"value": "jwt1"}' }));
  const result = await credentials(
    machine,
    { "role-to-assume": role, "output-credentials": "true", "output-env-credentials": "false" },
    { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/_oidc?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t0ken" },
  );
  expect(result).toMatchObject({ code: 0, env: {} });
  expect(result.outputs).toEqual({
    "aws-access-key-id": "ASIA1",
    "aws-secret-access-key": "secret1",
    "aws-session-token": "token1",
    "aws-expiration": "2030-01-01",
  });
  for (const secret of ["ASIA1", "secret1", "token1"]) expect(result.log).toContain(`::add-mask::${secret}`);
  expect(received).toEqual([
    expect.objectContaining({
      path: "/_oidc?v=1&audience=sts.amazonaws.com",
      headers: expect.objectContaining({ authorization: "Bearer t0ken" }),
    }),
  ]);
  expect(readFileSync(join(machine.temp, "sts"), "utf8")).toMatch(
    /^ eu-west-1 sts assume-role-with-web-identity --role-arn \S+deploy --web-identity-token jwt1 /,
  );
  expect(machine.journal("actions.jsonl")).toEqual([
    { kind: "aws-credentials", job: "build", region: "eu-west-1", role, oidc: true },
  ]);
});

test("configure-aws-credentials: access keys are for the job, and gone after it", async () => {
  const machine = new Machine().command("aws", sts);
  const result = await credentials(machine, { "aws-access-key-id": "AKIA1", "aws-secret-access-key": "s3cret" });
  expect(result).toMatchObject({ code: 0, outputs: { "aws-account-id": "123456789012" } });
  expect(result.env).toEqual({
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIA1",
    AWS_SECRET_ACCESS_KEY: "s3cret",
  });
  const after = machine.step("aws-actions/configure-aws-credentials", {}, { phase: "post" });
  expect(after.env).toMatchObject({ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SESSION_TOKEN: "" });
});

test("configure-aws-credentials: access keys assume a role", async () => {
  const machine = new Machine().command("aws", sts);
  const keys = { "aws-access-key-id": "AKIA1", "aws-secret-access-key": "s3cret" };
  const result = await credentials(machine, { ...keys, "role-to-assume": "deploy" });
  expect(result).toMatchObject({ code: 0, env: { AWS_ACCESS_KEY_ID: "ASIA1", AWS_SESSION_TOKEN: "token1" } });
  expect(readFileSync(join(machine.temp, "sts"), "utf8")).toContain(
    `AKIA1 eu-west-1 sts assume-role --role-arn ${role} `,
  );
});

test.for<[string, Record<string, string>, string]>([
  ["no region", { "aws-region": "" }, "Input required and not supplied: aws-region"],
  ["a region with a blank", { "aws-region": "eu west" }, "Region is not valid: eu west"],
  ["a key without its secret", { "aws-access-key-id": "A" }, "'aws-secret-access-key' must be provided"],
  [
    "a role without the right to an identity",
    { "role-to-assume": role },
    "Did you mean to set the `id-token` permission",
  ],
  ["nothing at all", {}, "Could not load credentials from any providers"],
])("configure-aws-credentials: %s is refused", async ([, inputs, text]) => {
  const result = await credentials(new Machine(), inputs);
  expect(result.code).toBe(1);
  expect(result.log).toContain("::error::");
  expect(result.log).toContain(text);
});

const definition = {
  family: "creditrisk-api",
  taskDefinitionArn: previous,
  revision: 7,
  status: "ACTIVE",
  volumes: [],
  containerDefinitions: [
    { name: "api", image: "old", environment: [{ name: "EMPTY", value: "" }], command: [] },
    { name: "log-router", image: "router" },
  ],
};

test("render: the image is put into its container, and what ECS would not take back is left out", () => {
  const machine = new Machine().command(
    "aws",
    aws({ "describe-task-definition": [{ json: { taskDefinition: definition } }] }),
  );
  const result = machine.step("aws-actions/amazon-ecs-render-task-definition", {
    "task-definition-arn": previous,
    "container-name": "api",
    image: "ghcr.io/acme/risk@sha256:1",
    "environment-variables": "MODE=live",
  });
  expect(result.code).toBe(0);
  const [api, router] = definition.containerDefinitions;
  const { revision: _, status: __, taskDefinitionArn: ___, ...kept } = definition;
  expect(JSON.parse(readFileSync(result.outputs["task-definition"] ?? "", "utf8"))).toEqual({
    ...kept,
    containerDefinitions: [
      {
        ...api,
        image: "ghcr.io/acme/risk@sha256:1",
        environment: [
          { name: "EMPTY", value: "" },
          { name: "MODE", value: "live" },
        ],
      },
      router,
    ],
  });
  expect(machine.journal("actions.jsonl")).toEqual([
    { kind: "render", job: "build", container: "api", image: "ghcr.io/acme/risk@sha256:1" },
  ]);
});

test.for<[string, Record<string, string>, string]>([
  ["no definition", {}, "Either task definition, task definition arn or task definition family must be provided"],
  ["a file that is not there", { "task-definition": "none.json" }, "Task definition file does not exist: none.json"],
  ["another container", { "task-definition": "task.json" }, "Could not find container definition with matching name"],
  ["a file that is no JSON", { "task-definition": "task.yaml" }, "which task.yaml is not"],
])("render: %s is refused", ([, inputs, text]) => {
  const machine = new Machine().write({ "task.json": JSON.stringify(definition), "task.yaml": "family: x\n" });
  const fields = { "container-name": "web", image: "i", ...inputs };
  const result = machine.step("aws-actions/amazon-ecs-render-task-definition", fields);
  expect(result.code).toBe(1);
  expect(result.log).toContain(text);
});

const before = { id: "ecs-svc/1", status: "PRIMARY", rolloutState: "COMPLETED" };
const ours = { id: "ecs-svc/2", status: "PRIMARY", rolloutState: "COMPLETED" };
const service = (deployments: readonly object[], runningCount = 2) => ({
  status: "ACTIVE",
  desiredCount: 2,
  runningCount,
  deployments,
  events: [{ message: "(service api) has started 1 tasks" }],
});
const seen = (...args: Parameters<typeof service>): Answer => ({
  json: { services: [service(...args)], failures: [] },
});

const deploy = (looks: readonly Answer[], inputs: Record<string, string> = {}) => {
  const machine = new Machine().write({ "task.json": JSON.stringify(definition) }).command(
    "aws",
    `[ "$2" != register-task-definition ] || cp "\${4#file://}" "$STANDIN/registered.json"
${aws({
  "register-task-definition": [{ json: { taskDefinition: { taskDefinitionArn: deployed } } }],
  "describe-services": looks,
  "update-service": [{ json: { service: service([{ ...ours, rolloutState: "IN_PROGRESS" }, before]) } }],
})}`,
  );
  const result = machine.step("aws-actions/amazon-ecs-deploy-task-definition", {
    "task-definition": "task.json",
    service: "api",
    cluster: "ml",
    "wait-for-service-stability": "true",
    "wait-for-minutes": "1",
    ...inputs,
  });
  return { machine, result, calls: () => readFileSync(join(machine.temp, "aws"), "utf8") };
};

test("deploy: it waits until the new version alone runs", () => {
  const { machine, result, calls } = deploy(
    [
      seen([before]),
      seen([{ ...ours, rolloutState: "IN_PROGRESS" }, before]),
      seen([ours], 1),
      seen([{ ...ours, rolloutState: "IN_PROGRESS" }]),
      seen([ours]),
    ],
    { "wait-for-minutes": "9" },
  );
  expect(result).toMatchObject({ code: 0, outputs: { "task-definition-arn": deployed } });
  expect(calls().match(/describe-services/g)).toHaveLength(5);
  expect(calls()).toContain(
    `ecs update-service --cluster ml --service api --task-definition ${deployed} --output json`,
  );
  expect(machine.journal("actions.jsonl")).toEqual([
    { kind: "deploy", job: "build", taskDefinition: deployed, service: "api", cluster: "ml" },
  ]);
});

test("deploy: ECS is given no empty values, and nothing that it only tells", () => {
  const { machine, result } = deploy([seen([before]), seen([ours])]);
  expect(JSON.parse(readFileSync(join(machine.temp, "registered.json"), "utf8"))).toEqual({
    family: "creditrisk-api",
    containerDefinitions: [
      { name: "api", image: "old", environment: [{ name: "EMPTY", value: "" }] },
      { name: "log-router", image: "router" },
    ],
  });
  expect(result.log).toContain("::warning::Ignoring property 'taskDefinitionArn'");
});

test("deploy: without waiting, the update is all", () => {
  const { result, calls } = deploy([seen([before])], { "wait-for-service-stability": "false" });
  expect(result.code).toBe(0);
  expect(calls().match(/describe-services/g)).toHaveLength(1);
});

test("deploy: without a service, the definition is registered and nothing is updated", () => {
  const { machine, result, calls } = deploy([], { service: "" });
  expect(result.code).toBe(0);
  expect(calls()).not.toContain("update-service");
  expect(existsSync(join(machine.temp, "register-task-definition.json"))).toBe(false);
});

test.for<[string, readonly Answer[], string]>([
  [
    "a deployment that ECS took back",
    [seen([before]), seen([ours, before], 1), seen([{ ...before, id: "ecs-svc/3" }])],
    "Deployment ecs-svc/2 not found after stabilization. The deployment was likely rolled back",
  ],
  [
    "a deployment that failed",
    [seen([before]), seen([{ ...ours, rolloutState: "FAILED", rolloutStateReason: "tasks failed to start" }])],
    "Deployment ecs-svc/2 FAILED: tasks failed to start",
  ],
  [
    "a service that is never stable",
    [seen([before]), seen([ours, before], 1)],
    "Waiter has timed out after 1 minutes: (service api) has started 1 tasks",
  ],
  [
    "a service that is not there",
    [{ json: { services: [], failures: [{ arn: "arn:api", reason: "MISSING" }] } }],
    "arn:api is MISSING",
  ],
  ["a service that is no longer active", [{ json: { services: [{ status: "INACTIVE" }] } }], "Service is INACTIVE"],
  ["an error of AWS", [failure("AccessDeniedException", "not allowed")], "AccessDeniedException"],
])("deploy: %s is an error", ([, looks, text]) => {
  const { result } = deploy(looks);
  expect(result.code).toBe(1);
  expect(result.log).toContain("::error::");
  expect(result.log).toContain(text);
});
