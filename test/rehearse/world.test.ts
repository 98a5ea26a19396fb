import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyFolder } from "../support/folders.ts";

const root = join(import.meta.dirname, "../..");
const python = join(root, ".tools/rehearsal/venv/bin/python");
const servicePython = join(root, ".tools/venv/bin/python");
const example = join(root, "examples/creditrisk");
const payload = readFileSync(join(example, "sample_payload.json"), "utf8");
const run = promisify(execFile);

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
interface Service {
  readonly taskDefinition: string;
  readonly runningCount: number;
  readonly deployments: readonly { readonly taskDefinition: string; readonly rolloutState: string }[];
  readonly events: readonly { readonly message: string }[];
}
interface Report {
  readonly ecs: {
    readonly seeded: string | null;
    readonly current: string | null;
    readonly images: Readonly<Record<string, string>>;
    readonly updates: readonly string[];
    readonly deployments: readonly { readonly rolloutState: string }[];
    readonly events: readonly { readonly event: string; readonly taskDefinition: string; readonly reason?: string }[];
    readonly running: "image" | "stand-in" | null;
  };
  readonly cloudwatch: readonly object[];
  readonly s3: Readonly<Record<string, readonly string[]>>;
  readonly calls: readonly { readonly action: string; readonly key: string | null; readonly status: number }[];
  readonly http: readonly {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }[];
}

const running = new Set<ReturnType<typeof spawn>>();
afterAll(() => {
  for (const world of running) world.kill("SIGKILL");
});

const scenarioOf = (state: string, fields: object) => ({
  state,
  region: "eu-west-1",
  cluster: "risk",
  service: "api",
  container: "creditrisk-api",
  family: "creditrisk-api",
  deploy: true,
  owner: "acme",
  bucket: "store",
  // The first cannot run the service.
  servicePythons: [python, join(root, ".tools/venv/bin/python3.*")],
  ...fields,
});

/** A world of a scenario, and the ways to talk to it. */
const startWorld = async (fields: object = {}) => {
  const state = emptyFolder();
  const file = join(state, "scenario.json");
  writeFileSync(file, JSON.stringify(scenarioOf(state, fields)));
  const process_ = spawn(python, [join(root, "src/rehearse/world/world.py"), file], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  running.add(process_);
  const exit = new Promise<number | null>(resolve => process_.once("exit", resolve)).finally(() =>
    running.delete(process_),
  );
  const ready = new Promise<string>(resolve => createInterface({ input: process_.stdout }).once("line", resolve));
  const first = await Promise.race([ready, exit]);
  if (typeof first !== "string") throw new Error(`the world ended with ${first}`);
  const ports: { readonly aws: number; readonly web: number } = JSON.parse(first);
  const web = `http://127.0.0.1:${ports.web}`;

  const request = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${web}${path}`, init);
    const text = await response.text();
    try {
      return { status: response.status, body: JSON.parse(text) };
    } catch {
      return { status: response.status, body: text };
    }
  };
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    request(path, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  const report = async () => (await request("/_world")).body as Report;
  const aws = async (...words: readonly string[]) => {
    const { stdout } = await run(python, ["-m", "awscli", "--output", "json", ...words], {
      env: {
        PATH: process.env.PATH,
        HOME: state,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${ports.aws}`,
        AWS_ACCESS_KEY_ID: "workflow",
        AWS_SECRET_ACCESS_KEY: "workflow",
        AWS_DEFAULT_REGION: "eu-west-1",
      },
    });
    return stdout === "" ? {} : JSON.parse(stdout);
  };
  /** Calls ECS in its own protocol, which is much faster than the AWS CLI. */
  const ecs = async (action: string, parameters: object) => {
    const response = await fetch(`http://127.0.0.1:${ports.aws}`, {
      method: "POST",
      body: JSON.stringify(parameters),
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AmazonEC2ContainerServiceV20141113.${action}`,
        authorization: "AWS4-HMAC-SHA256 Credential=workflow/20300101/eu-west-1/ecs/aws4_request, Signature=0",
      },
    });
    if (!response.ok) throw new Error(await response.text());
    return JSON.parse(await response.text());
  };
  const service = async (): Promise<Service> =>
    (await ecs("DescribeServices", { cluster: "risk", services: ["api"] })).services[0];
  const update = (taskDefinition: string) => ecs("UpdateService", { cluster: "risk", service: "api", taskDefinition });
  const change = (faults: object) => post("/_world", JSON.stringify(faults));
  /** Registers a task definition of an image, and updates the service to it. */
  const deploy = async (image: string): Promise<string> => {
    const { taskDefinition } = await ecs("RegisterTaskDefinition", {
      family: "creditrisk-api",
      memory: "1024",
      containerDefinitions: [{ name: "creditrisk-api", image }],
    });
    await update(taskDefinition.taskDefinitionArn);
    return taskDefinition.taskDefinitionArn;
  };
  const until = async (event: string, count = 1) => {
    for (let waited = 0; waited < 150; waited++) {
      const seen = (await report()).ecs.events.filter(one => one.event === event);
      if (seen.length >= count) return seen;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error(`no ${event}: ${JSON.stringify((await report()).ecs)}`);
  };
  const end = () => {
    process_.stdin.end();
    return exit;
  };
  const kill = () => {
    process_.kill("SIGKILL");
    return exit;
  };
  return { state, web, request, post, report, aws, service, update, change, deploy, until, end, kill };
};

let model: string;

/** Puts an image, with or without a model, where a build would have left it; returns its reference by digest. */
const pushImage = (state: string, name: string, withModel: boolean): string => {
  const hex = createHash("sha256").update(name).digest("hex");
  const folder = join(state, "images", hex);
  cpSync(join(example, "src"), join(folder, "root/app/src"), {
    recursive: true,
    filter: source => !source.includes("__pycache__"),
  });
  if (withModel) {
    mkdirSync(join(folder, "root/app/models"), { recursive: true });
    cpSync(model, join(folder, "root/app/models/baseline_model.joblib"));
  }
  const image = {
    digest: `sha256:${hex}`,
    workdir: "/app",
    env: { PYTHONPATH: "/app/src", PATH: "/usr/bin", CREDITRISK_REVISION: name },
    entrypoint: null,
    cmd: ["uvicorn", "creditrisk.serve.api:app", "--host", "0.0.0.0", "--port", "8080"],
  };
  writeFileSync(join(folder, "image.json"), JSON.stringify(image));
  push(state, name, `sha256:${hex}`);
  return `ghcr.io/acme/creditrisk-api@sha256:${hex}`;
};

const push = (state: string, tag: string, digest: string): string => {
  const file = join(state, "registry.json");
  const pushed = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const reference = `ghcr.io/acme/creditrisk-api:${tag}`;
  writeFileSync(file, JSON.stringify({ ...pushed, [reference]: { digest, job: "publish", time: 1 } }));
  return reference;
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const servicePid = (state: string): number => {
  const log = readFileSync(join(state, "service.log"), "utf8");
  return Number([...log.matchAll(/Started server process \[(\d+)\]/g)].at(-1)?.[1]);
};

beforeAll(async () => {
  const project = emptyFolder();
  for (const part of ["configs", "params.yaml", "src"]) {
    cpSync(join(example, part), join(project, part), { recursive: true });
  }
  const stages = ["ingest_data", "build_feature_store", "split_data", "train_baseline"];
  const commands = stages.map(stage => `"${servicePython}" -m creditrisk.pipelines.${stage}`);
  await run("bash", ["-euc", commands.join("\n")], {
    cwd: project,
    env: { ...process.env, PYTHONPATH: join(project, "src"), PYTHONDONTWRITEBYTECODE: "1" },
  });
  model = join(project, "models/baseline_model.joblib");
});

test("world: a deployed image really answers, is replaced by another, and ends with the world", async () => {
  const world = await startWorld();
  expect(await world.post("/predict", payload)).toEqual({
    status: 200,
    body: { predictions: Array(2).fill({ prediction: 0, probability: 0.1 }) },
  });
  const previous = (await world.report()).ecs.seeded;

  const deployed = await world.deploy(pushImage(world.state, "one", true));
  await world.until("steady");
  expect(await world.service()).toMatchObject({
    taskDefinition: deployed,
    runningCount: 1,
    deployments: [{ taskDefinition: deployed, rolloutState: "COMPLETED" }],
  });
  expect(await world.request("/health")).toEqual({ status: 200, body: { status: "ok" } });
  expect(await world.request("/metadata")).toMatchObject({ status: 200, body: { revision: "one" } });
  expect(await world.post("/predict", payload)).toMatchObject({
    status: 200,
    body: { predictions: [{ probability: expect.any(Number) }, { probability: expect.any(Number) }] },
  });
  expect(await world.post("/predict", '{"records": 1}')).toMatchObject({ status: 422 });
  const first = servicePid(world.state);
  expect(lives(first)).toBe(true);

  pushImage(world.state, "two", true);
  await world.deploy("ghcr.io/acme/creditrisk-api:two");
  await world.until("steady", 2);
  expect(await world.request("/metadata")).toMatchObject({ body: { revision: "two" } });
  await expect.poll(() => lives(first)).toBe(false);
  const report = await world.report();
  expect(report.ecs).toMatchObject({ running: "image", seeded: previous });
  expect(report.ecs.images).toEqual({ "creditrisk-api": "ghcr.io/acme/creditrisk-api:two" });
  expect(report.ecs.updates).toEqual([deployed, report.ecs.current]);

  const second = servicePid(world.state);
  expect(lives(second)).toBe(true);
  expect(await world.end()).toBe(0);
  expect(lives(second)).toBe(false);
});

test("world: the service does not outlive a world that is killed", async () => {
  const world = await startWorld();
  await world.deploy(pushImage(world.state, "one", true));
  await world.until("steady");
  const pid = servicePid(world.state);
  expect(lives(pid)).toBe(true);
  await world.kill();
  await expect.poll(() => lives(pid), { timeout: 5000 }).toBe(false);
});

test("world: tasks that cannot start are reverted, and ECS says why", async () => {
  const world = await startWorld();
  const { seeded } = (await world.report()).ecs;
  const absent = `ghcr.io/acme/creditrisk-api@sha256:${"0".repeat(64)}`;
  const neverPushed = await world.deploy(absent);
  expect(await world.until("reverted")).toEqual([
    expect.objectContaining({
      taskDefinition: neverPushed,
      reason: `CannotPullContainerError: ${absent}: not found`,
    }),
  ]);
  await world.deploy(pushImage(world.state, "without-model", false));
  const [, withoutModel] = await world.until("reverted", 2);
  expect(withoutModel?.reason).toMatch(/^tasks failed to start: FileNotFoundError: .*baseline_model/);
  const service = await world.service();
  expect(service).toMatchObject({ taskDefinition: seeded, runningCount: 1 });
  expect(service.deployments).toHaveLength(1);
  expect(service.events[0]?.message).toContain("tasks failed to start");
  expect((await world.report()).ecs.running).toBe("stand-in");

  await world.change({ rollout: "reverted" });
  await world.deploy(push(world.state, "fine", `sha256:${"1".repeat(64)}`));
  await world.until("reverted", 3);
  expect((await world.service()).taskDefinition).toBe(seeded);
  expect(await world.end()).toBe(0);
});

test("world: a rollout that never gets stable is mended by returning to the seeded version", async () => {
  const world = await startWorld({ rollout: "never-stable" });
  const { seeded } = (await world.report()).ecs;
  const deployed = await world.deploy(push(world.state, "v2", `sha256:${"2".repeat(64)}`));
  await world.until("unstable");
  const unstable = await world.service();
  expect(unstable.taskDefinition).toBe(deployed);
  expect(unstable.deployments).toMatchObject([
    { taskDefinition: deployed, rolloutState: "IN_PROGRESS" },
    { taskDefinition: seeded, rolloutState: "COMPLETED" },
  ]);
  expect(await world.request("/health")).toMatchObject({ status: 200 });

  await world.change({ rollback: "refused" });
  const back = ["--cluster", "risk", "--service", "api", "--task-definition", seeded ?? ""];
  await expect(world.aws("ecs", "update-service", ...back)).rejects.toThrow(
    "An error occurred (AccessDeniedException) when calling the UpdateService operation: User",
  );
  expect((await world.service()).taskDefinition).toBe(deployed);

  await world.change({ rollback: "ok" });
  await world.update(seeded ?? "");
  await world.until("steady");
  expect((await world.service()).deployments).toMatchObject([{ taskDefinition: seeded, rolloutState: "COMPLETED" }]);
  const report = await world.report();
  expect(report.ecs.updates).toEqual([deployed, seeded, seeded]);
  expect(report.calls.filter(call => call.action === "UpdateService").map(call => call.status)).toEqual([
    200, 400, 200,
  ]);
  expect(await world.end()).toBe(0);
});

test("world: a new version can be unwell, or answer wrongly, while the seeded one never is", async () => {
  const world = await startWorld({ health: { failing: 2 }, predict: "empty", rollout: "slow" });
  expect(await world.request("/health")).toMatchObject({ status: 200 });
  await world.deploy(push(world.state, "v2", `sha256:${"2".repeat(64)}`));
  expect((await world.service()).deployments).toMatchObject([{ rolloutState: "IN_PROGRESS" }, {}]);
  await world.until("steady");

  const health = [];
  for (let asked = 0; asked < 3; asked++) health.push((await world.request("/health")).status);
  expect(health).toEqual([503, 503, 200]);
  expect(await world.post("/predict", payload)).toEqual({ status: 200, body: { predictions: [] } });
  await world.change({ predict: "garbled" });
  expect(await world.post("/predict", payload)).toEqual({ status: 200, body: expect.any(String) });
  await world.change({ predict: "failing", health: "failing" });
  expect(await world.post("/predict", payload)).toMatchObject({ status: 503 });
  expect(await world.request("/health")).toMatchObject({ status: 503 });
  expect((await world.report()).ecs.running).toBe("stand-in");

  await world.update((await world.report()).ecs.seeded ?? "");
  await world.until("steady", 2);
  expect(await world.request("/health")).toMatchObject({ status: 200 });
  expect(await world.post("/predict", payload)).toMatchObject({ status: 200 });
  expect(await world.end()).toBe(0);
});

test("world: a service can be missing, and its task definition inactive", async () => {
  const [missing, inactive] = await Promise.all([
    startWorld({ seeded: "missing", bucket: null }),
    startWorld({ seeded: "inactive" }),
  ]);
  expect(await missing.aws("ecs", "describe-services", "--cluster", "risk", "--services", "api")).toMatchObject({
    services: [],
    failures: [{ reason: "MISSING" }],
  });
  expect((await missing.report()).ecs).toMatchObject({ seeded: null, current: null, running: null });
  expect(await missing.request("/health")).toMatchObject({ status: 503 });

  const { taskDefinition } = await inactive.service();
  expect(await inactive.aws("ecs", "describe-task-definition", "--task-definition", taskDefinition)).toMatchObject({
    taskDefinition: { status: "INACTIVE" },
  });
  await expect(inactive.update(taskDefinition)).rejects.toThrow("TaskDefinition is inactive");
  expect(await Promise.all([missing.end(), inactive.end()])).toEqual([0, 0]);
});

test("world: notifications, metrics, objects and identities are seen", async () => {
  const world = await startWorld({ deploy: false });
  const signed = await world.post("/_hooks/webhook", '{"result":"success"}', { "X-Signature-256": "sha256=abc" });
  expect(signed).toEqual({ status: 200, body: "ok" });
  await world.change({ hooks: "failing" });
  expect(await world.post("/_hooks/slack", "{}")).toMatchObject({ status: 500 });
  await world.change({ hooks: "closed" });
  await expect(world.post("/_hooks/slack", "{}")).rejects.toThrow("fetch failed");
  expect(await world.change({ hooks: "polite" })).toEqual({
    status: 400,
    body: { error: "hooks must be one of: ok, failing, closed" },
  });

  const metric = ["--namespace", "risk", "--metric-name", "drift", "--dimensions", "model=pd"];
  await world.aws("cloudwatch", "put-metric-data", ...metric, "--value", "0.5");
  await world.aws("cloudwatch", "put-metric-data", ...metric, "--value", "0.25");
  await world.request("/_world/s3/store/files/md5/ab", { method: "PUT", body: "data" });
  const objects = await world.aws("s3api", "list-objects-v2", "--bucket", "store");
  expect(objects.Contents).toMatchObject([{ Key: "files/md5/ab", Size: 4 }]);

  const { value } = (await world.request("/_oidc?audience=sts.amazonaws.com")).body as { readonly value: string };
  const assumed = await world.aws(
    ...["sts", "assume-role-with-web-identity", "--role-arn", "arn:aws:iam::999999999999:role/deploy"],
    ...["--role-session-name", "rehearsal", "--web-identity-token", value],
  );
  expect(assumed.AssumedRoleUser.Arn).toBe("arn:aws:sts::999999999999:assumed-role/deploy/rehearsal");

  const report = await world.report();
  expect(report.ecs).toMatchObject({ seeded: null, updates: [], running: null });
  expect(report.cloudwatch).toEqual([
    { namespace: "risk", name: "drift", dimensions: { model: "pd" }, max: 0.5, samples: 2 },
  ]);
  expect(report.s3).toEqual({ store: ["files/md5/ab"] });
  expect(report.calls.map(call => [call.action, call.key])).toEqual([
    ["PutMetricData", "workflow"],
    ["PutMetricData", "workflow"],
    ["ListObjectsV2", "workflow"],
    ["AssumeRoleWithWebIdentity", null],
  ]);
  expect(report.http.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    "POST /_hooks/webhook 200",
    "POST /_hooks/slack 500",
    "POST /_hooks/slack 0",
    "GET /_oidc?audience=sts.amazonaws.com 200",
  ]);
  expect(report.http[0]).toMatchObject({ body: '{"result":"success"}', headers: { "x-signature-256": "sha256=abc" } });
  expect(await world.end()).toBe(0);
});

test("world: a scenario it does not understand is refused in one line", async () => {
  const refusals = [
    [{ rollout: "sideways" }, "rollout must be one of: ok, slow, reverted, never-stable"],
    [{ region: "nowhere-1" }, "region: AWS has no nowhere-1"],
    [{ weather: "fine" }, "unknown field weather"],
  ] as const;
  const refused = async ([fields, message]: (typeof refusals)[number]) => {
    const file = join(emptyFolder(), "scenario.json");
    writeFileSync(file, JSON.stringify(scenarioOf(emptyFolder(), fields)));
    const world = run(python, [join(root, "src/rehearse/world/world.py"), file], {
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
    await expect(world).rejects.toMatchObject({ code: 2, stdout: "", stderr: `${file}: ${message}\n` });
  };
  await Promise.all(refusals.map(refused));
});
