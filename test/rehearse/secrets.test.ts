import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import type { Pipeline } from "../../src/config/pipeline.ts";
import type { Places } from "../../src/rehearse/secrets.ts";
import { confined, inventValues, placeNames, requireHarmless } from "../../src/rehearse/secrets.ts";

const pipelineOf = (config: object = {}): Pipeline => {
  const parsed = parseConfig(
    { name: "creditrisk", ...config },
    { configFile: "pipeline.config.json", lockFile: "pipeline.lock.json", position: () => undefined },
  );
  const [pipeline] = parsed.ok ? parsed.value : [];
  if (!pipeline) throw new Error("the config is not valid");
  return pipeline;
};

const WEB = "http://127.0.0.1:4000";
const places: Places = {
  world: {
    ...{ aws: "http://127.0.0.1:5000", web: WEB, state: "/nowhere" },
    look: () => Promise.reject(new Error("nobody looks")),
    put: async () => {},
    stop: async () => {},
  },
  target: { region: "eu-north-1", cluster: "the-cluster", service: "the-service", container: "c", family: "f" },
  dvcRemote: "/rehearsal/dvc",
  mlflow: "file:///rehearsal/mlruns",
};

const inventedFor = (config: object, secrets: readonly string[], variables: readonly string[] = []) =>
  inventValues(pipelineOf(config), { secrets, variables }, places);

test("made-up values: what names a place names one of this machine", () => {
  const names = ["DVC_REMOTE_URL", "MLFLOW_TRACKING_URI", "AWS_REGION", "ECS_CLUSTER_NAME", "ECS_SERVICE_NAME"];
  expect(inventedFor({}, [...names, "PREDICT_ENDPOINT_URL"]).secrets).toEqual({
    DVC_REMOTE_URL: places.dvcRemote,
    MLFLOW_TRACKING_URI: places.mlflow,
    AWS_REGION: "eu-north-1",
    ECS_CLUSTER_NAME: "the-cluster",
    ECS_SERVICE_NAME: "the-service",
    PREDICT_ENDPOINT_URL: WEB,
    GITHUB_TOKEN: expect.any(String),
  });
});

test("made-up values: under whatever name the config gives a place, as a secret or a variable", () => {
  const config = {
    dvc: { remote: { url: { variable: "STORE" } } },
    deploy: { aws: { region: { variable: "REGION" }, auth: { role: { secret: "ROLE" } } } },
    notify: { slack: { secret: "CHAT" }, webhook: { url: { secret: "HOOK" } } },
  };
  const { secrets, variables } = inventedFor(config, ["ROLE", "CHAT", "HOOK"], ["STORE", "REGION", "OTHER"]);
  expect(secrets).toMatchObject({
    ROLE: "arn:aws:iam::123456789012:role/rehearsal",
    CHAT: `${WEB}/_hooks/slack`,
    HOOK: `${WEB}/_hooks/webhook`,
  });
  expect(variables).toMatchObject({ STORE: places.dvcRemote, REGION: "eu-north-1" });
  expect(variables.OTHER).toMatch(/^rehearsal-other-[0-9a-f]{12}$/);
});

test("made-up values: the others are different from each other, the same every time, and harmless", () => {
  const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "MLFLOW_TRACKING_TOKEN", "DVC_REMOTE_CREDENTIALS"];
  const { secrets } = inventedFor({}, names);
  expect(new Set(Object.values(secrets)).size).toBe(5);
  expect(inventedFor({}, names).secrets).toEqual(secrets);
  expect(requireHarmless(secrets, "secrets.env")).toEqual({ ok: true, value: undefined });
  expect(Buffer.from(secrets.DVC_REMOTE_CREDENTIALS ?? "", "base64").toString()).toMatch(
    /^AWS_ACCESS_KEY_ID=.+\nAWS_SECRET_ACCESS_KEY=.+\nAWS_REGION=.+\n$/,
  );
});

test("made-up values: only what is asked for has one, and the job's own token", () => {
  expect(inventedFor({}, [])).toEqual({ secrets: { GITHUB_TOKEN: expect.any(String) }, variables: {} });
});

test("names of places: those of the config, and no secret that is one", () => {
  expect([...placeNames(pipelineOf())].sort()).toEqual([
    ...["AWS_REGION", "DVC_REMOTE_URL", "ECS_CLUSTER_NAME", "ECS_SERVICE_NAME", "MLFLOW_TRACKING_URI"],
    "PREDICT_ENDPOINT_URL",
  ]);
  const role = { deploy: { aws: { auth: { role: { secret: "ROLE" } }, region: "eu-west-1" }, smoke: false } };
  expect([...placeNames(pipelineOf(role))].sort()).toEqual([
    ...["DVC_REMOTE_URL", "ECS_CLUSTER_NAME", "ECS_SERVICE_NAME", "MLFLOW_TRACKING_URI", "ROLE"],
  ]);
  expect(placeNames(pipelineOf({ dvc: { remote: false }, mlflow: false, deploy: false }))).toEqual([]);
});

test("a confined pipeline: addresses that the config spells out are replaced, secrets stay", () => {
  const spelled = pipelineOf({
    dvc: { remote: { url: "s3://bank-data/store" } },
    mlflow: { trackingUri: "https://mlflow.bank.example" },
    deploy: { stabilityMinutes: 30, smoke: { baseUrl: "https://api.bank.example", delaySeconds: 60, attempts: 7 } },
  });
  expect(confined(spelled, places)).toMatchObject({
    dvc: { remote: { url: places.dvcRemote } },
    mlflow: { trackingUri: places.mlflow },
    deploy: { stabilityMinutes: 1, smoke: { baseUrl: WEB, delaySeconds: 1, attempts: 7 } },
  });
  const referring = pipelineOf({ deploy: { smoke: { delaySeconds: 0 } } });
  const here = confined(referring, places);
  expect(here.dvc).toEqual(referring.dvc);
  expect(here.mlflow).toEqual(referring.mlflow);
  expect(here.deploy).toMatchObject({ smoke: { baseUrl: { secret: "PREDICT_ENDPOINT_URL" }, delaySeconds: 0 } });
});

test("a confined pipeline: what is switched off stays off", () => {
  const off = pipelineOf({ dvc: { remote: false }, mlflow: false, deploy: false });
  expect(confined(off, places)).toEqual(off);
  const silent = confined(pipelineOf({ deploy: { smoke: false } }), places);
  expect(silent.deploy).toMatchObject({ smoke: false });
});

// Put together here, so that no scanner takes this file for one that holds keys.
const LONG_LIVED = `AK${"IA"}QWERTYUIOPASDFGH`;
const TEMPORARY = `AS${"IA"}QWERTYUIOPASDFGH`;
const encoded = (text: string) => Buffer.from(text).toString("base64");
const KEY = "holds what looks like a real AWS access key";
const ADDRESS = "is an address of another machine";

test.for<[string, string, string]>([
  ["a long-lived key", LONG_LIVED, KEY],
  ["a temporary key", TEMPORARY, KEY],
  ["a key in a line", `AWS_ACCESS_KEY_ID=${LONG_LIVED}\nAWS_SECRET_ACCESS_KEY=x`, KEY],
  ["a key in JSON", JSON.stringify({ key: TEMPORARY }), KEY],
  ["a key in base64", encoded(`AWS_ACCESS_KEY_ID=${LONG_LIVED}\n`), KEY],
  [
    "a key in base64 that is wrapped",
    encoded(`padding padding AWS_ACCESS_KEY_ID=${TEMPORARY}`).replace(/.{20}/g, "$&\n"),
    KEY,
  ],
  ["a key beside that of the documentation", `AK${"IA"}IOSFODNN7EXAMPLE ${LONG_LIVED}`, KEY],
  ["an address", "https://mlflow.bank.example", ADDRESS],
  ["an address in capitals", "HTTP://MLFLOW.BANK.EXAMPLE", ADDRESS],
  ["an address that begins like this machine's", "http://localhost.bank.example/", ADDRESS],
  ["an address with this machine as the user", "http://127.0.0.1@bank.example/", ADDRESS],
  ["an address that is none", "http://[", ADDRESS],
  ["a database", "postgresql://mlflow:pw@db.bank.example/mlflow", ADDRESS],
  ["a machine reached by ssh", "ssh://dvc@store.bank.example/data", ADDRESS],
  ["an address in a line", "AWS_REGION=x\nAWS_ENDPOINT_URL=https://s3.bank.example", ADDRESS],
  ["an address in base64", encoded("AWS_ENDPOINT_URL=https://s3.bank.example\n"), ADDRESS],
])("a value from a file: %s is refused", ([, value, reason]) => {
  expect(requireHarmless({ FINE: "text", GIVEN: value }, "secrets.env")).toEqual({
    ok: false,
    diagnostics: [
      {
        ...{ code: "usage/real-secret", severity: "error", message: `GIVEN in secrets.env ${reason}` },
        hint: expect.stringContaining("127.0.0.1"),
      },
    ],
  });
});

test.for([
  "",
  "text",
  `AK${"IA"}IOSFODNN7EXAMPLE`,
  encoded(`AWS_ACCESS_KEY_ID=AK${"IA"}IOSFODNN7EXAMPLE\n`),
  "AKIA is how they begin",
  `${LONG_LIVED}XX`,
  "http://127.0.0.1:5000/x",
  "https://localhost/x",
  "postgresql://localhost/mlflow",
  "s3://bucket/store",
  "file:///srv/mlruns",
  "/srv/store",
])("a value from a file: %j is harmless", value => {
  expect(requireHarmless({ GIVEN: value }, "secrets.env")).toEqual({ ok: true, value: undefined });
});

test("a value from a file: each that is refused is told", () => {
  const refused = requireHarmless({ ONE: LONG_LIVED, TWO: "https://bank.example" }, "secrets.env");
  expect(refused.ok ? [] : refused.diagnostics.map(({ message }) => message.split(" ")[0])).toEqual(["ONE", "TWO"]);
});
