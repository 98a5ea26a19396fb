import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
import { emptyFolder } from "../support/folders.ts";
import type { Repository } from "../support/repo.ts";
import { rehearsalHome, serviceEnvironment } from "./support/lent-packages.ts";

interface Step {
  readonly id: string;
  readonly result: string;
  readonly annotations: readonly { readonly level: string; readonly text: string }[];
}

interface Rehearsed {
  readonly result: string;
  /** Result of each job, by id. */
  readonly jobs: Readonly<Record<string, string>>;
  /** `job/step`, in order, of those that failed. */
  readonly failed: readonly string[];
  readonly step: (place: string) => Step;
  /** Files of each artifact. */
  readonly artifacts: Readonly<Record<string, readonly string[]>>;
  readonly images: readonly string[];
  readonly ecs: { readonly seeded: string; readonly current: string };
  /** The DVC stages that were executed, in order. */
  readonly stages: readonly string[];
  readonly read: (artifact: string, path: string) => Record<string, unknown>;
}

/** Runs a workflow of a repository on this machine, with the packages that its requirements name. */
const rehearse = async (repo: Repository, workflow: string): Promise<Rehearsed> => {
  const names = repo
    .read("requirements.txt")
    .split("\n")
    .filter(line => /^[a-z]/.test(line));
  const kept = join(emptyFolder(), "kept");
  const env = { CREDITRISK_CI_REHEARSAL_HOME: rehearsalHome(names), VIRTUAL_ENV: serviceEnvironment };
  const { stdout, stderr } = await repo.cliWith({ env }, "rehearse", workflow, "--keep", kept, "--format", "json");
  expect(stderr).toBe("");
  const report = JSON.parse(stdout);
  const jobs = report.jobs as readonly { readonly id: string; readonly result: string; readonly steps: Step[] }[];
  const steps: ReadonlyMap<string, Step> = new Map(
    jobs.flatMap(job => job.steps.map(step => [`${job.id}/${step.id}`, step] as const)),
  );
  const log = readFileSync(join(kept, "act.jsonl"), "utf8");
  return {
    result: report.result,
    jobs: Object.fromEntries(jobs.map(({ id, result }) => [id, result])),
    failed: [...steps].filter(([, { result }]) => result === "failure").map(([place]) => place),
    step: place => {
      const found = steps.get(place);
      if (!found) throw new Error(`no step ${place}`);
      return found;
    },
    artifacts: report.artifacts,
    images: Object.keys(report.images),
    ecs: report.ecs,
    stages: [...log.matchAll(/Running stage '([^']+)':/g)].map(([, stage = ""]) => stage),
    read: (artifact, path) => JSON.parse(readFileSync(join(kept, "artifacts", artifact, path), "utf8")),
  };
};

/** A fixture with the config and the workflows that the tool writes for it. */
const delivered = async (name: string, change: (repo: Repository) => void = () => {}): Promise<Repository> => {
  const repo = fixture(name);
  for (const command of [["init", "--yes"], ["generate"]])
    expect(await repo.cli(...command), command.join(" ")).toMatchObject({ code: 0 });
  change(repo);
  repo.commit();
  return repo;
};

const BUNDLE = "creditrisk-model-bundle";

const GATES = ["lint", "security", "compile", "test"].map(id => `quality/${id}`);

describe.concurrent("after init and generate", () => {
  test("creditrisk-today: ci is red for what nobody makes, and every other gate is green", async () => {
    const run = await rehearse(await delivered("creditrisk-today"), "ci");
    expect(run.failed).toEqual(["quality/dvc", "ci/require"]);
    for (const gate of GATES) expect(run.step(gate).result, gate).toBe("success");
    expect(run.jobs.workflows).toBe("success");
    const [{ text } = { text: "" }] = run.step("quality/dvc").annotations;
    for (const path of ["mlruns", "data/raw/application_train.csv", "data/raw/bureau.csv"])
      expect(text).toContain(path);
  });

  test("creditrisk-today: cd trains, builds and deploys; the promotion does not find what was registered elsewhere", async () => {
    const run = await rehearse(await delivered("creditrisk-today"), "cd");
    expect(run.stages.toSorted()).toEqual(
      [
        ...["ingest_data", "build_feature_store", "split_data", "fit_model", "evaluate_train", "evaluate_test"],
        ...["validate_model", "canary_validation", "monitor_drift"],
      ].sort(),
    );
    expect(run.failed).toEqual(["promote/promote"]);
    expect(run.jobs).toMatchObject({
      train: "success",
      "image-api": "success",
      deploy: "success",
    });
    expect(run.ecs.current).not.toBe(run.ecs.seeded);
    expect(run.read(BUNDLE, "reports/post_training_validation.json")).toMatchObject({ status: "passed" });
    // What the workflow written by hand kept, and what the stages and the promotion need.
    expect(run.artifacts[BUNDLE]).toEqual([
      "models/creditrisk_pd_model.joblib",
      "reports/canary_report.json",
      "reports/evaluation/score_bands.json",
      "reports/metrics.json",
      "reports/post_training_validation.json",
      "reports/registry_promotion.json",
    ]);
  });

  /** Follows what doctor says of the hard-coded tracking URI. */
  const trackByEnvironment = (repo: Repository): void => {
    for (const command of ["train_baseline", "auto_promote"])
      repo.edit(`src/creditrisk/pipelines/${command}.py`, text =>
        text
          .replace(
            "mlflow.set_tracking_uri(config.tracking.tracking_uri)",
            'mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])',
          )
          .replace("\n\n", "\n\nimport os\n"),
      );
  };

  test("creditrisk-strategy: ci is green", async () => {
    const run = await rehearse(await delivered("creditrisk-strategy"), "ci");
    expect(run.failed).toEqual([]);
    for (const gate of [...GATES, "quality/dvc"]) expect(run.step(gate).result, gate).toBe("success");
    expect(run.jobs).toEqual({ quality: "success", workflows: "success", ci: "success" });
  });

  test("creditrisk-strategy: with the tracking server of the secret, cd goes to its end, the promotion", async () => {
    const run = await rehearse(await delivered("creditrisk-strategy", trackByEnvironment), "cd");
    expect(run.failed).toEqual([]);
    expect(run.stages.toSorted()).toEqual(
      ["ingest_data", "build_feature_store", "split_data", "train_baseline", "validate_model", "monitor_drift"].sort(),
    );
    expect(new Set(Object.values(run.jobs))).toEqual(new Set(["success"]));
    expect(run.jobs).toHaveProperty("promote");
    expect(run.ecs.current).not.toBe(run.ecs.seeded);
    expect(run.images.filter(image => image.endsWith(":latest"))).toHaveLength(2);
    expect(run.artifacts[BUNDLE]).toEqual(
      expect.arrayContaining(["models/baseline_model.joblib", "reports/metrics.json", "reports/data_freshness.json"]),
    );
  });
});
