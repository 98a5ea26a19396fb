import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declared } from "../../src/rehearse/workflow.ts";
import { emptyFolder } from "../support/folders.ts";
import { ConcurrencyGroups } from "./support/concurrency.ts";
import type { Drill, Drilled } from "./support/drill.ts";
import { BUCKET, drill, generated, installed, notify, worldFor } from "./support/drill.ts";
import type { TrackingServer } from "./support/mlflow.ts";
import { startMlflow } from "./support/mlflow.ts";
import { from } from "./support/replay.ts";

const BUNDLE = "creditrisk-model-bundle";
const API = "ghcr.io/acme-bank/creditrisk-api";
const BATCH = "ghcr.io/acme-bank/creditrisk-batch";
const OLD = "arn:aws:ecs:eu-west-1:123456789012:task-definition/creditrisk-api:1";
const NEW = "arn:aws:ecs:eu-west-1:123456789012:task-definition/creditrisk-api:2";

let mlflow: TrackingServer;
/** A delivery in which everything went well; the drills of the deployment begin where it had trained and built. */
let delivered: Promise<Drilled>;
const atTheEnd: (() => unknown)[] = [];

beforeAll(async () => {
  mlflow = await startMlflow();
  const untilTheEnd = { onTestFinished: (action: () => unknown) => void atTheEnd.push(action) } as TestContext;
  delivered = drill(untilTheEnd, {
    ...{ workflow: "cd", mlflow: mlflow.url, service: "image", config: { python: installed, dvc: { push: true } } },
  });
  await delivered;
});
afterAll(async () => {
  for (const action of atTheEnd.reverse()) await action();
  await mlflow.stop();
});

/** A delivery from its deployment on: what was trained and built is that of the recorded run. */
const deployment = async (context: TestContext, options: Omit<Drill, "workflow"> = {}): Promise<Drilled> =>
  drill(context, {
    ...{ workflow: "cd", mlflow: mlflow.url, ...options },
    ...from(await delivered, ["train", "image-api", "image-batch"]),
  });

/** Without the job that would follow a deployment. */
const unpromoted = { promote: false } as const;

/** The service is as it was before the run, and the run is red. */
const expectOldVersion = ({ result, world, results }: Drilled): void => {
  expect(result).toBe("failure");
  expect(results.deploy).toBe("failure");
  expect(world.ecs.seeded).toBe(OLD);
  expect(world.ecs.current).toBe(OLD);
};

const expectRolledBack = (run: Drilled): void => {
  expectOldVersion(run);
  expect(run.step("deploy/rollback").result).toBe("success");
  expect(run.world.ecs.updates).toEqual([NEW, OLD]);
  expect(run.summary("deploy")).toContain("### Rolled back");
};

const expectNothingChanged = ({ world }: Drilled): void => {
  expect(world.ecs.updates).toEqual([]);
  expect(world.calls.map(({ action }) => action)).not.toContain("RegisterTaskDefinition");
};

const expectNothingBuilt = (run: Drilled): void => {
  expect(run.registry).toEqual({});
  expect(run.results).toMatchObject({ "image-api": "skipped", "image-batch": "skipped", deploy: "skipped" });
  expectNothingChanged(run);
};

describe.concurrent("cd", () => {
  test("cd: a push to main ends with a healthy service on the new task definition", async () => {
    const { result, results, world } = await delivered;
    expect(result).toBe("success");
    expect(new Set(Object.values(results))).toEqual(new Set(["success"]));
    expect(world.ecs).toMatchObject({ seeded: OLD, current: NEW, updates: [NEW], running: "image" });
    const asked = world.http.filter(({ path }) => !path.startsWith("/_"));
    expect(asked.map(({ path, status, taskDefinition }) => [path, status, taskDefinition])).toEqual([
      ["/health", 200, NEW],
      ["/predict", 200, NEW],
    ]);
  });

  test("cd: what is deployed is the digest that this run built, tagged with its commit and latest", async () => {
    const { registry, world, sha, job, actions } = await delivered;
    expect(Object.keys(registry).sort()).toEqual([
      `${API}:${sha}`,
      `${API}:latest`,
      `${BATCH}:${sha}`,
      `${BATCH}:latest`,
    ]);
    const { digest } = job("image-api").outputs;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(registry[`${API}:${sha}`]?.digest).toBe(digest);
    expect(registry[`${API}:latest`]?.digest).toBe(digest);
    expect(world.ecs.images).toMatchObject({ "creditrisk-api": `${API}@${digest}` });
    expect(actions.find(({ kind }) => kind === "render")).toMatchObject({ image: `${API}@${digest}` });
  });

  test("cd: the model inside the deployed image is the one that was validated and kept", async () => {
    const { job, state, artifacts, read } = await delivered;
    const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
    const image = join(state, "images", job("image-api").outputs.digest?.slice("sha256:".length) ?? "");
    const inImage = sha256(join(image, "root/app/models/baseline_model.joblib"));
    expect(inImage).toBe(sha256(join(artifacts[BUNDLE]?.folder ?? "", "models/baseline_model.joblib")));
    expect(read(BUNDLE, "reports/post_training_validation.json")).toMatchObject({
      status: "passed",
      model_sha256: inImage,
    });
  });

  test("cd: the bundle has every file it should, and is kept for thirty days", async () => {
    const { artifacts } = await delivered;
    expect(Object.keys(artifacts)).toEqual([BUNDLE]);
    expect(artifacts[BUNDLE]).toMatchObject({
      retentionDays: 30,
      files: [
        "models/baseline_model.joblib",
        "reports/data_freshness.json",
        "reports/data_lineage.json",
        "reports/evaluation/calibration.csv",
        "reports/evaluation/confusion_matrix.json",
        "reports/ingestion_summary.json",
        "reports/metrics.json",
        "reports/post_training_validation.json",
        "reports/registry_promotion.json",
      ],
    });
  });

  test("cd: the registry holds the validated model, and its production alias names this version", async () => {
    const run = await delivered;
    const registered = run.read(BUNDLE, "reports/registry_promotion.json");
    const { registered_model } = await mlflow.ask("registered-models/get?name=creditrisk_pd");
    expect(registered_model).toMatchObject({
      aliases: [{ alias: "production", version: String(registered.model_version) }],
    });
    const { model_version } = await mlflow.ask(
      `model-versions/get?name=creditrisk_pd&version=${registered.model_version}`,
    );
    expect(model_version).toMatchObject({ tags: [{ key: "model_sha256", value: registered.model_sha256 }] });
    expect(run.summary("promote")).toContain(`| version | ${registered.model_version} |`);
  });

  test("cd: with push, what the stages made is in the DVC remote, by the credentials and in the region of the secret", async () => {
    const { world } = await delivered;
    const model = /^store\/files\/md5\/[0-9a-f]{2}\/[0-9a-f]{30}(\.dir)?$/;
    expect(world.s3[BUCKET]?.length).toBeGreaterThan(5);
    expect(world.s3[BUCKET]?.filter(key => !model.test(key))).toEqual([]);
    const writers = world.calls.filter(({ action }) => action === "PutObject").map(({ key, region }) => [key, region]);
    expect([...new Set(writers.map(String))]).toEqual(["REHEARSALDVCKEY00000,eu-west-1"]);
  });

  test("cd: the summary of the run shows metrics, validation, freshness and what is promoted", async () => {
    const run = await delivered;
    const metrics = run.read(BUNDLE, "reports/metrics.json");
    const summary = run.summary("train");
    expect(summary).toContain(`| roc_auc | ${metrics.roc_auc} |`);
    expect(summary).toContain("Status: **passed**");
    expect(summary).toContain("Status: **fresh**");
    expect(summary).toContain("- To be promoted: yes");
    expect(run.summary("deploy")).toContain(`The service runs \`${NEW}\` (before: \`${OLD}\`).`);
  });

  test("cd: with data that is too old nothing is built, and the reports are kept", async context => {
    const run = await drill(context, {
      workflow: "cd",
      change: ({ edit }) =>
        edit("configs/creditrisk_pd.yaml", text =>
          text.replace("snapshot_at: null", 'snapshot_at: "2024-01-01T00:00:00Z"'),
        ),
    });
    expect(run.step("train/freshness").result).toBe("failure");
    expectNothingBuilt(run);
    expect(run.results).toMatchObject({ train: "failure", promote: "skipped" });
    expect(run.read(BUNDLE, "reports/data_freshness.json")).toMatchObject({ status: "stale" });
    expect(run.summary("train")).toContain("Status: **stale**");
  });

  test("cd: a model that fails its validation is neither deployed nor promoted, and its bundle is kept", async context => {
    const run = await drill(context, {
      workflow: "cd",
      change: ({ edit }) => edit("configs/creditrisk_pd.yaml", text => text.replace("roc_auc: 0.75", "roc_auc: 0.99")),
    });
    expectNothingBuilt(run);
    expect(run.results).toMatchObject({ train: "failure", promote: "skipped" });
    expect(run.read(BUNDLE, "reports/post_training_validation.json")).toMatchObject({ status: "failed" });
    expect(run.artifacts[BUNDLE]?.files).toContain("models/baseline_model.joblib");
    expect(run.step("train/train").annotations).toContainEqual(
      expect.objectContaining({ level: "error", text: expect.stringContaining("validate_model") }),
    );
  });

  test("cd: a validation that says failed and ends with 0 stops the delivery all the same", async context => {
    const run = await drill(context, {
      workflow: "cd",
      change: ({ edit }) => {
        edit("configs/creditrisk_pd.yaml", text => text.replace("roc_auc: 0.75", "roc_auc: 0.99"));
        edit("src/creditrisk/testing/post_training.py", text =>
          text.replace("return 1 if problems else 0", "return 0"),
        );
      },
    });
    expect(run.step("train/train").result).toBe("success");
    expect(run.step("train/gate").result).toBe("failure");
    expectNothingBuilt(run);
    expect(run.read(BUNDLE, "reports/post_training_validation.json")).toMatchObject({ status: "failed" });
  });

  test("cd: a model that was not registered is deployed, and not promoted", async context => {
    const run = await drill(context, { workflow: "cd", secrets: { MLFLOW_TRACKING_URI: undefined } });
    expect(run.result).toBe("success");
    expect(run.results).toMatchObject({ train: "success", deploy: "success", promote: "skipped" });
    expect(run.world.ecs.current).toBe(NEW);
    expect(run.job("train").outputs).toEqual({ promote: "false" });
    expect(run.artifacts[BUNDLE]?.files).not.toContain("reports/registry_promotion.json");
  });

  test("cd: an image that cannot be built stops the delivery", async context => {
    const run = await drill(context, {
      ...{ workflow: "cd", mlflow: mlflow.url, ...from(await delivered, ["train"]) },
      change: ({ edit }) => edit("Dockerfile.api", text => text.replace("COPY src ./src", "COPY source ./src")),
    });
    expect(run.results).toMatchObject({ "image-api": "failure", deploy: "skipped", promote: "skipped" });
    expectNothingChanged(run);
  });

  test("cd: an image that holds no model never serves: ECS returns to the old version, and the run is red", async context => {
    const run = await drill(context, {
      ...{ workflow: "cd", mlflow: mlflow.url, ...from(await delivered, ["train"]) },
      service: "image",
      change: ({ edit }) =>
        edit("Dockerfile.api", text =>
          text.replace("COPY models/baseline_model.joblib models/baseline_model.joblib", ""),
        ),
    });
    expect(run.results).toMatchObject({ "image-api": "success", deploy: "failure", promote: "skipped" });
    expectOldVersion(run);
    expect(run.world.ecs.events).toContainEqual(
      expect.objectContaining({ event: "reverted", reason: expect.stringContaining("baseline_model.joblib") }),
    );
  });

  test("cd: without the service nothing is changed", async context => {
    const run = await deployment(context, { scenario: { seeded: "missing" } });
    expect(run.step("deploy/capture").result).toBe("failure");
    expect(run.step("deploy/rollback").result).toBe("skipped");
    expect(run.results).toMatchObject({ deploy: "failure", promote: "skipped" });
    expectNothingChanged(run);
    expect(run.step("deploy/capture").annotations).toContainEqual(
      expect.objectContaining({ level: "error", text: expect.stringContaining("Nothing was changed.") }),
    );
  });

  test("cd: a service on a task definition that ECS would not return to is left alone", async context => {
    const run = await deployment(context, { scenario: { seeded: "inactive" } });
    expect(run.step("deploy/capture").result).toBe("failure");
    expect(run.step("deploy/rollback").result).toBe("skipped");
    expectOldVersion(run);
    expectNothingChanged(run);
  });

  test("cd: without the address of the service nothing is changed", async context => {
    const run = await deployment(context, { secrets: { PREDICT_ENDPOINT_URL: undefined } });
    expect(run.step("deploy/capture").result).toBe("failure");
    expectOldVersion(run);
    expectNothingChanged(run);
  });

  test("cd: a deployment that never becomes stable is rolled back", async context => {
    const run = await deployment(context, { scenario: { rollout: "never-stable" } });
    expect(run.step("deploy/deploy").result).toBe("failure");
    expectRolledBack(run);
  });

  test("cd: a deployment that takes its time is waited for", async context => {
    const run = await deployment(context, { config: unpromoted, scenario: { rollout: "slow" } });
    expect(run.result).toBe("success");
    expect(run.world.ecs).toMatchObject({ current: NEW, updates: [NEW] });
  });

  test("cd: a deployment that ECS reverts by itself is a failure", async context => {
    const run = await deployment(context, { scenario: { rollout: "reverted" } });
    expect(run.step("deploy/deploy").result).toBe("failure");
    expect(run.step("deploy/rollback").result).toBe("success");
    expectOldVersion(run);
    expect(run.results.promote).toBe("skipped");
  });

  test("cd: a version whose health is 503 is rolled back", async context => {
    const run = await deployment(context, { scenario: { health: "failing" } });
    expect(run.step("deploy/smoke").result).toBe("failure");
    expectRolledBack(run);
    expect(run.results.promote).toBe("skipped");
    const asked = run.world.http.filter(({ path, taskDefinition }) => path === "/health" && taskDefinition === NEW);
    expect(asked.map(({ status }) => status)).toEqual([503, 503, 503]);
  });

  test("cd: a version that answers with no prediction is rolled back", async context => {
    const run = await deployment(context, { scenario: { predict: "empty" } });
    expect(run.step("deploy/smoke").result).toBe("failure");
    expect(run.world.http.some(({ path, status }) => path === "/predict" && status === 200)).toBe(true);
    expectRolledBack(run);
  });

  test("cd: a version that answers with no JSON is rolled back", async context => {
    const run = await deployment(context, { scenario: { predict: "garbled" } });
    expect(run.step("deploy/smoke").result).toBe("failure");
    expectRolledBack(run);
  });

  test("cd: a health that recovers within the attempts is no failure", async context => {
    const run = await deployment(context, { config: unpromoted, scenario: { health: { failing: 2 } } });
    expect(run.result).toBe("success");
    expect(run.world.ecs).toMatchObject({ current: NEW, updates: [NEW] });
    expect(run.summary("deploy")).toContain("Smoke test passed at attempt 3 of 3");
  });

  test("cd: a run that is cancelled during the smoke test is rolled back", async context => {
    const run = await deployment(context, {
      config: { deploy: { stabilityMinutes: 1, smoke: { attempts: 60, delaySeconds: 1 } } },
      scenario: { health: "failing" },
      cancelAt: "deploy/smoke",
    });
    expect(run.result).toBe("cancelled");
    expect(run.results).toMatchObject({ deploy: "cancelled", promote: "skipped" });
    expect(run.step("deploy/smoke").result).toBe("cancelled");
    expect(run.step("deploy/rollback").result).toBe("success");
    expect(run.world.ecs).toMatchObject({ current: OLD, updates: [NEW, OLD] });
  });

  test("cd: when the rollback fails too, the summary says what to restore by hand", async context => {
    const run = await deployment(context, { scenario: { health: "failing", rollback: "refused" } });
    expect(run.result).toBe("failure");
    expect(run.step("deploy/rollback").result).toBe("failure");
    expect(run.world.ecs.current).toBe(NEW);
    expect(run.summary("deploy")).toContain("### Rollback failed");
    expect(run.summary("deploy")).toContain(`--task-definition '${OLD}'`);
    expect(run.step("deploy/rollback").annotations).toContainEqual(
      expect.objectContaining({ level: "error", title: "Rollback failed" }),
    );
  });

  test("cd: a promotion that fails leaves the deployment as it is", async context => {
    const run = await deployment(context, {
      change: ({ edit }) =>
        edit("src/creditrisk/pipelines/auto_promote.py", text =>
          text.replace(
            "        transition = promote(",
            '        raise RefusedError("not today")\n        transition = promote(',
          ),
        ),
    });
    expect(run.result).toBe("failure");
    expect(run.results).toMatchObject({ deploy: "success", promote: "failure" });
    expect(run.step("promote/promote").result).toBe("failure");
    expect(run.world.ecs).toMatchObject({ current: NEW, updates: [NEW] });
  });

  test("cd: a promotion that refuses and ends with 0 is red, and leaves the deployment as it is", async context => {
    const run = await deployment(context, {
      config: {
        promote: {
          command: "python -c \"print('not promoted')\"",
          evidence: "reports/registry_transition.json",
        },
      },
    });
    expect(run.results).toMatchObject({ deploy: "success", promote: "failure" });
    expect(run.step("promote/promote").result).toBe("success");
    expect(run.step("promote/evidence").result).toBe("failure");
    expect(run.summary("promote")).toContain("**Not promoted.**");
    expect(run.world.ecs).toMatchObject({ current: NEW, updates: [NEW] });
  });

  test("cd: with a role in place of keys every call is made by the role's session", async context => {
    const run = await deployment(context, {
      config: {
        ...unpromoted,
        deploy: { aws: { auth: { role: { secret: "AWS_ROLE_ARN" } } }, smoke: { attempts: 3 } },
      },
    });
    expect(run.result).toBe("success");
    expect(run.world.ecs.current).toBe(NEW);
    expect(run.actions.filter(({ kind }) => kind === "aws-credentials")).toMatchObject([{ oidc: true }]);
    const ecs = run.world.calls.filter(({ service }) => service === "ecs");
    expect(ecs.length).toBeGreaterThan(3);
    expect(ecs.filter(({ key }) => !key.startsWith("ASIA"))).toEqual([]);
  });

  test("cd: with a role the rollback has a session of its own", async context => {
    const run = await deployment(context, {
      config: {
        deploy: { aws: { auth: { role: { secret: "AWS_ROLE_ARN" } } }, smoke: { attempts: 2, delaySeconds: 1 } },
      },
      scenario: { health: "failing" },
    });
    expectRolledBack(run);
    expect(run.step("deploy/aws-rollback").result).toBe("success");
    expect(run.actions.filter(({ kind }) => kind === "aws-credentials")).toHaveLength(2);
  });

  test("cd: who is told of a delivery is told the truth, in a message it can verify", async context => {
    const run = await deployment(context, { config: { ...unpromoted, notify } });
    expect(run.result).toBe("success");
    expect(run.summary("notify")).toBe("");
    const [slack, webhook] = ["/_hooks/slack", "/_hooks/webhook"].map(path =>
      run.world.http.filter(request => request.path === path),
    );
    expect(slack).toHaveLength(1);
    expect(JSON.parse(slack?.[0]?.body ?? "")).toMatchObject({ text: expect.stringContaining("succeeded") });
    expect(webhook).toHaveLength(1);
    const { body = "", headers = {} } = webhook?.[0] ?? {};
    expect(JSON.parse(body)).toMatchObject({
      ...{
        schemaVersion: 1,
        result: "success",
        sha: run.sha,
        repository: "Acme-Bank/CreditRisk",
        ref: "refs/heads/main",
      },
      jobs: { train: "success", "image-api": "success", "image-batch": "success", deploy: "success" },
    });
    const hmac = createHmac("sha256", run.secrets.WEBHOOK_HMAC_KEY ?? "")
      .update(body)
      .digest("hex");
    expect(headers["x-signature-256"]).toBe(`sha256=${hmac}`);
  });

  test("cd: a delivery that was rolled back is told as a failure", async context => {
    const run = await deployment(context, { config: { notify }, scenario: { health: "failing" } });
    expectRolledBack(run);
    expect(run.results.notify).toBe("success");
    const message = run.world.http.find(({ path }) => path === "/_hooks/webhook");
    expect(JSON.parse(message?.body ?? "")).toMatchObject({
      result: "failure",
      jobs: { train: "success", deploy: "failure", promote: "skipped" },
    });
  });

  test.for(["failing", "closed"] as const)(
    "cd: a delivery stays green when nobody can be told (the receivers are %s)",
    async (hooks, context) => {
      const run = await deployment(context, { config: { ...unpromoted, notify }, scenario: { hooks } });
      expect(run.result).toBe("success");
      expect(run.world.ecs.current).toBe(NEW);
      expect(run.step("notify/notify").annotations.map(({ level, text }) => [level, text.slice(0, 8)])).toEqual([
        ["warning", "Not sent"],
        ["warning", "Not sent"],
      ]);
    },
  );

  test("cd: two pushes at once never interleave, and the second returns to the first", async context => {
    const { pipeline, files } = await generated(unpromoted);
    const world = await worldFor(emptyFolder(), pipeline);
    context.onTestFinished(() => world.stop());
    const { concurrency } = declared(files.get(".github/workflows/cd.yaml") ?? "");
    expect(concurrency).toEqual({ group: "creditrisk-cd", "cancel-in-progress": false });
    const runs = new ConcurrencyGroups();
    const push = () =>
      runs.enqueue(concurrency?.group ?? "", concurrency?.["cancel-in-progress"] === true, () =>
        deployment(context, { world, config: unpromoted }),
      );
    const [first, second] = await Promise.all([push(), push()]);
    const SECOND = NEW.replace(/2$/, "3");
    expect([first, second].map(run => run?.result)).toEqual(["success", "success"]);
    expect(second?.world.ecs).toMatchObject({ current: SECOND, updates: [NEW, SECOND] });
    expect(first?.summary("deploy")).toContain(`(before: \`${OLD}\`)`);
    expect(second?.summary("deploy")).toContain(`(before: \`${NEW}\`)`);
    const ecs = second?.world.ecs.events.map(({ event, taskDefinition }) => [event, taskDefinition]);
    expect(ecs).toEqual([
      ["deploying", NEW],
      ["steady", NEW],
      ["deploying", SECOND],
      ["steady", SECOND],
    ]);
  });

  test("cd: a project in a folder of a larger repository is delivered from there", async context => {
    const run = await drill(context, {
      workflow: "cd",
      config: { ...unpromoted, root: "models/credit", images: [{ name: "api", dockerfile: "Dockerfile.api" }] },
      service: "image",
      change: ({ moveInto }) => moveInto("models/credit"),
    });
    expect(run.result).toBe("success");
    expect(run.results).toMatchObject({ train: "success", "image-api": "success", deploy: "success" });
    expect(run.world.ecs).toMatchObject({ current: NEW, running: "image" });
    expect(run.artifacts[BUNDLE]?.files).toContain("models/baseline_model.joblib");
  });
});
