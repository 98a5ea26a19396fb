import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Drilled, Working } from "./support/drill.ts";
import { drill, installed, notify, slug } from "./support/drill.ts";
import { shared } from "./support/shared.ts";

const REPORTS = "creditrisk-nightly-reports";
const BUNDLE = "creditrisk-retrained-bundle";
const PRODUCTION = "data/production/current.csv";
const CONFIGURATION = "configs/creditrisk_pd.yaml";

/** Every stage of the example, in an order in which it may run. */
const ALL_STAGES = [
  ...["build_feature_store", "ingest_data", "monitor_drift", "register_model"],
  ...["split_data", "train_baseline", "validate_model"],
];

/** What monitoring a night without failures leaves. */
const REPORT_FILES = [
  "reports/data_freshness.json",
  "reports/drift_metrics.json",
  "reports/drift_report.html",
  "reports/drift_report.json",
  "reports/ingestion_summary.json",
  "reports/production_drift_report.html",
  "reports/production_drift_report.json",
  "reports/retrain_trigger.json",
];

/** Only as much of the pipeline as monitoring needs. */
const untrained = { stages: { train: "split_data", drift: "monitor_drift" }, remote: false };

/** Production data in which these columns of the committed data are far from what the model was trained on. */
const drifted = (working: Working, ...columns: readonly string[]) =>
  working.edit(PRODUCTION, text => {
    const [header = "", ...rows] = text.trimEnd().split("\n");
    const moved = header.split(",").map(name => (columns.includes(name) ? 1000 : 0));
    const shifted = rows.map(row => row.split(",").map((value, column) => Number(value) + (moved[column] ?? 0)));
    return `${[header, ...shifted].join("\n")}\n`;
  });

/** Two of the ten columns. */
const fewDrift = (working: Working) => drifted(working, "credit_score", "missed_payments");
/** Six of the ten columns, since two are derived from these. */
const manyDrift = (working: Working) => drifted(working, "credit_score", "missed_payments", "age", "term_months");

const STAGES_LOG = "stages.txt";

/** Every execution of a stage adds its name to a file. No stage depends on this module, so that nothing else changes. */
const countStages = (working: Working) =>
  working.edit(
    "src/creditrisk/__init__.py",
    text => `${text}
import os

if stage := os.environ.get("DVC_STAGE"):
    with open("${STAGES_LOG}", "a", encoding="utf-8") as file:
        file.write(f"{stage}\\n")
`,
  );

/** The stages that ran in the first job, in alphabetical order, as often as they did. */
const stagesRun = (run: Drilled): readonly string[] => fileOf(run, REPORTS, STAGES_LOG).trim().split("\n").sort();

const nightlyArtifacts = (path: string) => [...REPORT_FILES, { path, required: true }];

/** What a run keeps for later ones. */
const cacheOf = ({ state }: Drilled): string => join(state, "../cache");

const fileOf = (run: Drilled, artifact: string, path: string): string =>
  readFileSync(join(run.artifacts[artifact]?.folder ?? "", path), "utf8");

const told = ({ world }: Drilled) => world.http.filter(({ path }) => path.startsWith("/_hooks/"));

const metrics = ({ world }: Drilled) =>
  Object.fromEntries(world.cloudwatch.map(({ namespace, name, max }) => [`${namespace} ${name}`, max]));

const header = (headers: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];

// Each run takes a core for some ten seconds or twenty, and shares two with all others.
describe.concurrent("nightly", { timeout: 300_000 }, () => {
  const calmNight = shared(() => ({
    workflow: "nightly",
    config: { python: installed, notify, artifacts: { nightly: nightlyArtifacts(STAGES_LOG) } },
    change: working => {
      fewDrift(working);
      countStages(working);
    },
  }));

  /** With what the night before left in the caches, so that nothing would have to run. */
  const driftedNight = shared(async () => ({
    workflow: "nightly",
    config: { python: installed, artifacts: { nightly: nightlyArtifacts(STAGES_LOG) } },
    change: working => {
      manyDrift(working);
      countStages(working);
    },
    cache: cacheOf(await calmNight()),
  }));

  test("nightly: every stage runs, also those that are up to date, and none of them twice", async () => {
    expect(stagesRun(await calmNight())).toEqual(ALL_STAGES);
    expect(stagesRun(await driftedNight())).toEqual(ALL_STAGES);
  });

  test("nightly: fresh data ends green, with the reports kept and the drift in CloudWatch", async () => {
    const run = await calmNight();
    expect(run.results).toMatchObject({ refresh: "success", retrain: "skipped" });
    expect(run.artifacts[REPORTS]?.files).toEqual([...REPORT_FILES, STAGES_LOG]);
    expect(run.artifacts[REPORTS]?.retentionDays).toBe(30);
    expect(run.read(REPORTS, "reports/data_freshness.json")).toMatchObject({ status: "fresh", threshold_hours: 36 });
    expect(metrics(run)).toEqual({
      "CreditRisk/Monitoring CreditRiskPD": 20,
      "CreditRisk/Monitoring CreditRiskPD_flag": 0,
    });
    const published = run.world.calls.filter(({ action }) => action === "PutMetricData");
    expect(published.map(({ key }) => key)).toEqual([run.secrets.AWS_ACCESS_KEY_ID]);
  });

  test("nightly: drift under the threshold retrains nothing, and the summary tells its share", async () => {
    const run = await calmNight();
    expect(run.read(REPORTS, "reports/retrain_trigger.json")).toMatchObject({
      triggered: false,
      share_drifted_columns: 0.2,
    });
    expect(run.job("refresh").outputs).toEqual({ retrain: "false" });
    expect(run.job("retrain").result).toBe("skipped");
    expect(run.step("refresh/decision").summary).toContain("### Retraining: no");
    expect(run.step("refresh/decision").summary).toContain("Share of drifted columns: 0.2 (threshold 0.3)");
    expect(Object.keys(run.artifacts)).toEqual([REPORTS]);
  });

  test("nightly: a green night wakes nobody", async () => {
    const run = await calmNight();
    expect(run.result).toBe("success");
    expect(run.job("notify").result).toBe("success");
    expect(told(run)).toEqual([]);
  });

  const staleNight = shared(() => ({
    workflow: "nightly",
    config: { notify, dvc: untrained },
    change: working => {
      fewDrift(working);
      working.edit(CONFIGURATION, text => text.replace("snapshot_at: null", 'snapshot_at: "2024-01-01T00:00:00Z"'));
    },
  }));

  test("nightly: stale data ends red, yet is monitored, decided about and kept", async () => {
    const run = await staleNight();
    expect(run.result).toBe("failure");
    expect(run.results).toMatchObject({ refresh: "failure", retrain: "skipped" });
    expect(
      run
        .job("refresh")
        .steps.filter(({ result }) => result === "failure")
        .map(({ id }) => id),
    ).toEqual(["freshness"]);
    expect(metrics(run)).toMatchObject({ "CreditRisk/Monitoring CreditRiskPD": 20 });
    expect(run.job("refresh").outputs).toEqual({ retrain: "false" });
    expect(run.artifacts[REPORTS]?.files).toEqual(REPORT_FILES);
    expect(run.read(REPORTS, "reports/data_freshness.json")).toMatchObject({ status: "stale", stale: true });
    expect(run.summary("refresh")).toContain("Status: **stale**");
  });

  test("nightly: a red night tells Slack and the webhook, whose receiver can prove who wrote", async () => {
    const run = await staleNight();
    const sent = told(run);
    expect(sent.map(({ path, status }) => [path, status])).toEqual([
      ["/_hooks/slack", 200],
      ["/_hooks/webhook", 200],
    ]);
    const [slack, webhook] = sent.map(({ body }) => JSON.parse(body));
    const repository = `${slug.owner}/${slug.name}`;
    const runUrl = expect.stringMatching(new RegExp(`^https://github\\.com/${repository}/actions/runs/\\d+$`));
    expect(webhook).toMatchObject({
      ...{ schemaVersion: 1, workflow: "creditrisk nightly", repository, ref: "refs/heads/main", sha: run.sha },
      ...{ result: "failure", jobs: { refresh: "failure", retrain: "skipped" }, runUrl },
      commitUrl: `https://github.com/${repository}/commit/${run.sha}`,
    });
    expect(slack.text).toBe(`creditrisk nightly failed (${repository}, refs/heads/main)`);
    expect(JSON.stringify(slack.blocks)).toContain(webhook.runUrl);
    expect(JSON.stringify(slack.blocks)).toContain("failed: refresh");
    const signature = createHmac("sha256", run.secrets.WEBHOOK_HMAC_KEY ?? "").update(sent[1]?.body ?? "");
    expect(header(sent[1]?.headers, "x-signature-256")).toBe(`sha256=${signature.digest("hex")}`);
    expect(header(sent[1]?.headers, "content-type")).toBe("application/json");
    expect(header(sent[0]?.headers, "x-signature-256")).toBeUndefined();
  });

  test("nightly: drift over the threshold ends in a new model that was validated and can be looked at", async () => {
    const run = await driftedNight();
    expect(run.results).toEqual({ refresh: "success", retrain: "success" });
    expect(metrics(run)).toEqual({
      "CreditRisk/Monitoring CreditRiskPD": 60,
      "CreditRisk/Monitoring CreditRiskPD_flag": 1,
    });
    expect(run.step("refresh/decision").summary).toContain("Share of drifted columns: 0.6 (threshold 0.3)");
    expect(run.artifacts[BUNDLE]?.files).toEqual([
      "models/baseline_model.joblib",
      "reports/data_lineage.json",
      "reports/evaluation/calibration.csv",
      "reports/evaluation/confusion_matrix.json",
      "reports/ingestion_summary.json",
      "reports/metrics.json",
      "reports/post_training_validation.json",
      "reports/registry_promotion.json",
    ]);
    const validation = run.read(BUNDLE, "reports/post_training_validation.json");
    const model = readFileSync(join(run.artifacts[BUNDLE]?.folder ?? "", "models/baseline_model.joblib"));
    expect(validation).toMatchObject({
      status: "passed",
      model_sha256: createHash("sha256").update(model).digest("hex"),
    });
    expect(run.summary("retrain")).toContain("Status: **passed**");
    // It is for review: nothing is built or deployed from here.
    expect(run.registry).toEqual({});
    expect(run.world.ecs.updates).toEqual([]);
  });

  /** Monitoring that writes its share as evidently does, and in the report alone. */
  const evidently = `mkdir -p reports && ${[
    ["retrain_trigger", { triggered: false, reason: "threshold_not_met", share_drifted_columns: 0 }],
    [
      "production_drift_report",
      { metrics: [{ metric: "DatasetDriftMetric", result: { share_of_drifted_columns: 0.5, dataset_drift: true } }] },
    ],
  ]
    .map(([name, content]) => `echo '${JSON.stringify(content)}' >reports/${name}.json`)
    .join(" && ")}`;
  const evidentNight = shared(() => ({
    workflow: "nightly",
    config: {
      dvc: { stages: { train: "ingest_data", drift: "ingest_data" }, remote: false },
      nightly: { monitor: { command: evidently }, retrain: { mode: "dispatch" } },
    },
  }));

  test("nightly: a share that only the report has, spelt as evidently spells it, still retrains", async () => {
    const run = await evidentNight();
    expect(run.read(REPORTS, "reports/retrain_trigger.json")).toMatchObject({ reason: "threshold_not_met" });
    expect(run.job("refresh").outputs).toEqual({ retrain: "true" });
    expect(run.results).toEqual({ refresh: "success", retrain: "success" });
    expect(run.step("refresh/decision").summary).toContain("Share of drifted columns: 0.5 (threshold 0.3)");
    expect(run.step("refresh/decision").summary).toContain("The trigger file asks for it: no");
  });

  test("nightly: where retraining is a delivery's matter, the delivery of the default branch is started, once", async () => {
    const run = await evidentNight();
    expect(run.job("retrain").result).toBe("success");
    expect(run.gh).toMatchObject([
      {
        job: "retrain",
        argv: ["workflow", "run", "cd.yaml", "--repo", "Acme-Bank/CreditRisk", "--ref", "main"],
        exit: 0,
      },
    ]);
    expect(run.step("retrain/dispatch").annotations).toMatchObject([{ level: "notice", title: "Retraining" }]);
    expect(Object.keys(run.artifacts)).toEqual([REPORTS]);
  });

  const withoutAws = async (run: Drilled, named: RegExp) => {
    expect(run.results).toMatchObject({ refresh: "success", retrain: "skipped" });
    expect(run.step("refresh/aws-check").annotations).toEqual([
      { level: "warning", title: "AWS credentials", text: expect.stringMatching(named) },
    ]);
    expect(run.step("refresh/monitor").result).toBe("success");
    expect(run.read(REPORTS, "reports/drift_metrics.json")).toMatchObject({ summary: { share_drifted_columns: 0.2 } });
    expect(run.world.cloudwatch).toEqual([]);
    expect(run.world.calls).toEqual([]);
  };

  test("nightly: without AWS credentials the drift is measured all the same, and that nobody published it is said", async context => {
    const run = await drill(context, {
      workflow: "nightly",
      config: { dvc: untrained },
      change: fewDrift,
      secrets: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    });
    await withoutAws(run, /AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; so drift metrics are not published to CloudWatch/);
  });

  test("nightly: half of a key pair is as good as none, not a failure", async context => {
    const run = await drill(context, {
      workflow: "nightly",
      config: { dvc: untrained },
      change: fewDrift,
      secrets: { AWS_SECRET_ACCESS_KEY: undefined },
    });
    await withoutAws(run, /^Not defined: AWS_SECRET_ACCESS_KEY; so/);
  });

  test("nightly: with a role in place of keys the drift is published by the role's session", async context => {
    const run = await drill(context, {
      workflow: "nightly",
      config: { dvc: untrained, deploy: { aws: { auth: { role: { variable: "MONITORING_ROLE" } } } } },
      change: fewDrift,
    });
    expect(run.results).toEqual({ refresh: "success", retrain: "skipped" });
    expect(metrics(run)).toMatchObject({ "CreditRisk/Monitoring CreditRiskPD": 20 });
    expect(run.world.calls.map(({ action }) => action)).toEqual(["AssumeRoleWithWebIdentity", "PutMetricData"]);
    const [assumed] = run.actions.filter(({ kind }) => kind === "aws-credentials");
    expect(assumed).toMatchObject({ oidc: true, role: expect.stringMatching(/^arn:aws:iam::/) });
    expect(run.world.calls.at(-1)?.key).toMatch(/^ASIA/);
  });

  test("nightly: a retraining that crashes ends red", async context => {
    const run = await drill(context, {
      workflow: "nightly",
      config: { dvc: untrained },
      change: working => {
        manyDrift(working);
        working.edit("src/creditrisk/pipelines/train_baseline.py", text =>
          text.replace(/^def main\(.*\n(?: {4}""".*\n)?/m, '$&    raise SystemExit("out of memory")\n'),
        );
      },
    });
    expect(run.result).toBe("failure");
    expect(run.results).toEqual({ refresh: "success", retrain: "failure" });
    expect(run.job("refresh").outputs).toEqual({ retrain: "true" });
    expect(run.step("retrain/retrain").result).toBe("failure");
    expect(run.step("retrain/gate").result).toBe("skipped");
    // What there is of a bundle tells how far it came.
    expect(run.artifacts[BUNDLE]?.files).toEqual(["reports/data_lineage.json", "reports/ingestion_summary.json"]);
  });

  test("nightly: a retrained model that fails its validation ends red, and can be looked at", async context => {
    const run = await drill(context, {
      workflow: "nightly",
      // The first job measures only: that validation must not be what ends red.
      config: { dvc: untrained },
      change: working => {
        manyDrift(working);
        working.edit(CONFIGURATION, text => text.replace("roc_auc: 0.75", "roc_auc: 0.99"));
        // A validation that only reports: nothing but the workflow's own gate stands between this model and a green run.
        working.edit("src/creditrisk/testing/post_training.py", text =>
          text.replace("return 1 if problems else 0", "return 0"),
        );
      },
    });
    expect(run.results).toEqual({ refresh: "success", retrain: "failure" });
    expect(run.step("retrain/retrain").result).toBe("success");
    expect(run.step("retrain/gate").result).toBe("failure");
    expect(run.read(BUNDLE, "reports/post_training_validation.json")).toMatchObject({ status: "failed" });
    expect(run.artifacts[BUNDLE]?.files).toContain("models/baseline_model.joblib");
    expect(run.summary("retrain")).toContain("Status: **failed**");
  });

  test("nightly: started by hand for one stage and without force, only what is not up to date runs, of that stage's graph", async context => {
    const run = await drill(context, {
      workflow: "nightly",
      event: { kind: "workflow_dispatch", branch: "main", inputs: { force: "false", stages: "split_data" } },
      config: { artifacts: { nightly: nightlyArtifacts(STAGES_LOG) } },
      change: countStages,
      cache: cacheOf(await calmNight()),
    });
    expect(run.result).toBe("success");
    // It always runs. Forced, so would the two after it; and of the whole graph register_model, which always runs, too.
    expect(stagesRun(run)).toEqual(["ingest_data"]);
  });
});
