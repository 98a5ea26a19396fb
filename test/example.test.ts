import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const tools = join(root, ".tools/venv/bin");
let project: string;
let repository: string;

const run = (command: string, env: Readonly<Record<string, string>> = {}) =>
  execa("bash", ["-euo", "pipefail", "-c", command], {
    cwd: project,
    env: {
      PATH: `${tools}${delimiter}${process.env.PATH}`,
      PYTHONPATH: join(project, "src"),
      PYTHONDONTWRITEBYTECODE: "1",
      MLFLOW_TRACKING_URI: undefined,
      ...env,
    },
    all: true,
    reject: false,
  });

const report = (name: string) => JSON.parse(readFileSync(join(project, "reports", name), "utf8"));

beforeAll(async () => {
  repository = realpathSync(mkdtempSync(join(tmpdir(), "example-")));
  project = join(repository, "examples/creditrisk");
  // What git would give somebody who clones it: the tracked files, and nothing that was made from them.
  const { stdout } = await execa(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "examples/creditrisk"],
    { cwd: root },
  );
  for (const file of stdout.split("\0").filter(Boolean)) cpSync(join(root, file), join(repository, file));
  await execa(
    "bash",
    ["-euc", "git init -q && git add . && git -c user.name=t -c user.email=t@example.com commit -qm example"],
    {
      cwd: repository,
    },
  );
});

afterAll(() => rmSync(repository, { recursive: true, force: true }));

test.for(["ruff check .", "bandit -q -r src", "python -m compileall -q src", "pytest -q -p no:cacheprovider"])(
  "example: the gate `%s` is green on a clean clone",
  async gate => {
    const { exitCode, all } = await run(gate);
    expect(exitCode, all).toBe(0);
  },
);

test("example: the DVC pipeline is reproducible without any data", async () => {
  const { exitCode, all } = await run("dvc repro --dry --allow-missing validate_model monitor_drift");
  expect(exitCode, all).toBe(0);
  expect([...all.matchAll(/Running stage '(\w+)'/g)].map(([, stage]) => stage)).toEqual([
    "ingest_data",
    "register_model",
  ]);
});

test("example: `dvc repro` makes a validated model, and the committed lock names exactly what it makes", async () => {
  const { exitCode, all } = await run("dvc repro");
  expect(exitCode, all).toBe(0);
  expect(existsSync(join(project, "models/baseline_model.joblib"))).toBe(true);
  expect(report("post_training_validation.json")).toMatchObject({ status: "passed" });
  expect(report("metrics.json")).toBeTypeOf("object");
  const changed = await run("git diff --unified=0 -- dvc.lock | grep '^[-+] ' | grep -v 'md5\\|size' || true");
  expect(changed.all).toBe("");
}, 120_000);

test("example: fresh data passes the gate, and data that is too old fails it", async () => {
  expect((await run("python -m creditrisk.utils.data_freshness --max-age-hours 48 --fail-on-stale")).exitCode).toBe(0);
  await run("dvc repro ingest_data", { CREDITRISK_SNAPSHOT_AT: "2020-01-01T00:00:00+00:00" });
  expect((await run("python -m creditrisk.utils.data_freshness --max-age-hours 48 --fail-on-stale")).exitCode).toBe(1);
  expect(report("data_freshness.json")).toMatchObject({ status: "stale" });
});

test("example: production data like the training data asks for no retraining", async () => {
  const { exitCode, all } = await run("python -m creditrisk.monitoring.production --publish-metrics", {
    AWS_ACCESS_KEY_ID: "",
    AWS_SECRET_ACCESS_KEY: "",
  });
  expect(exitCode, all).toBe(0);
  expect(report("retrain_trigger.json")).toMatchObject({ triggered: false });
});
