import { join } from "node:path";
import type { TestContext } from "vitest";
import { describe, expect, test } from "vitest";
import type { Annotation, JobRun } from "../../src/rehearse/log.ts";
import { declared, referenced, stepsOf } from "../../src/rehearse/workflow.ts";
import { emptyFolder } from "../support/folders.ts";
import type { Drill, Drilled } from "./support/drill.ts";
import { drill, generated } from "./support/drill.ts";
import { nowhere } from "./support/nowhere.ts";

/** uv, and no more of the project's packages than its gates need: a drill is not longer for them. */
const quick = { installer: "uv", install: ["uv pip install --no-deps -e .", "uv pip install dvc"] };
/** The gates of the example, with the few of its tests that need no model in place of all of them. */
const gates = {
  python: { ...quick, install: [...quick.install, "uv pip install bandit numpy pytest pyyaml ruff"] },
  checks: { test: "pytest -q --noconftest -k age tests/test_freshness.py" },
};
/** One gate, where the gates are not the point. */
const oneGate = { python: quick, checks: { lint: false, security: false, test: false } };

const allPassed = {
  Lint: "✅ passed",
  "Scan for insecure code": "✅ passed",
  "Compile every module": "✅ passed",
  "Run the tests": "✅ passed",
  "DVC pipeline": "✅ passed",
};

/** A run of ci that finds no other machine to talk to: none of its steps has anything to ask of one. */
const ci = (context: TestContext, options: Omit<Drill, "workflow">): Promise<Drilled> =>
  drill(context, { workflow: "ci", world: nowhere(join(emptyFolder(), "state")), ...options });

/** The table of gates in the summary of the job, by name. */
const reported = (run: Drilled): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...run.summary("quality").matchAll(/^\| (?!Gate |--- )(.+) \| (.+) \|$/gm)].map(([, name, result]) => [
      name,
      result,
    ]),
  );

const resultsOf = ({ steps }: JobRun, ...ids: readonly string[]) =>
  Object.fromEntries(steps.filter(({ id }) => ids.includes(id)).map(({ id, result }) => [id, result]));

const annotation = (level: Annotation["level"], text: RegExp) =>
  expect.objectContaining({ level, text: expect.stringMatching(text) });

/** The required check is red because of one job, and names it. */
const expectRed = (run: Drilled, because: "quality" | "workflows"): void => {
  expect(run.result).toBe("failure");
  expect(run.results).toEqual({ quality: "success", workflows: "success", [because]: "failure", ci: "failure" });
  expect(run.step("ci/require").annotations).toEqual([
    annotation("error", new RegExp(`^Not successful: ${because} \\(failure\\)\\.`)),
  ]);
  expect(run.summary("ci")).toContain(`| ${because} | failure |`);
};

const expectGreen = (run: Drilled): void => {
  expect(run.result).toBe("success");
  expect(run.results).toEqual({ quality: "success", workflows: "success", ci: "success" });
};

const expectBroken = (run: Drilled, reason: RegExp): void => {
  expectRed(run, "quality");
  expect(run.step("quality/dvc")).toMatchObject({ result: "failure", outputs: { state: "broken" } });
  expect(run.step("quality/dvc").annotations).toEqual([annotation("error", reason)]);
  expect(reported(run)).toEqual({ "Compile every module": "✅ passed", "DVC pipeline": "❌ failed" });
};

/** Code that breaks no rule but one; nothing depends on it. */
const EXTRA = "src/creditrisk/extra.py";

// An installation with pip takes its time while others run beside it.
describe.concurrent("ci", { timeout: 240_000 }, () => {
  test("ci: a clean clone without data passes every gate, and asks no other machine for anything", async context => {
    // As the example has it, with the installer that a config has by default.
    const run = await drill(context, { workflow: "ci", config: { python: { installer: "pip" } } });
    expectGreen(run);
    expect(reported(run)).toEqual(allPassed);
    expect(run.step("quality/dvc").outputs).toEqual({ state: "up-to-date" });
    expect(run.job("quality").steps.flatMap(({ annotations }) => annotations)).toEqual([]);
    expect(run.actions.filter(({ kind }) => kind === "cache-save")).toMatchObject([{ saved: true }]);
    expect(run.world.calls).toEqual([]);
    expect(run.world.http).toEqual([]);
  });

  test("ci: the next run finds the virtual environment of the first, and keeps it", async context => {
    const cache = emptyFolder();
    const first = await ci(context, { cache, config: gates });
    expectGreen(first);
    expect(first.actions.filter(({ kind }) => kind === "cache-restore")).toMatchObject([
      { matched: null },
      { matched: null },
    ]);
    const [saved] = first.actions.filter(({ kind }) => kind === "cache-save");
    expect(saved).toMatchObject({ saved: true, key: expect.stringMatching(/^venv-creditrisk-Linux-X64-py3\.11/) });
    const key = saved?.kind === "cache-save" ? saved.key : "";

    const second = await ci(context, { cache, config: gates });
    expectGreen(second);
    expect(reported(second)).toEqual(allPassed);
    expect(second.actions).toContainEqual(expect.objectContaining({ kind: "cache-restore", key, matched: key }));
    expect(second.step("quality/venv").log).toContain("The restored .venv works (Python 3.11) and is kept.");
    expect(second.step("quality/save-venv").result).toBe("skipped");
  });

  test("ci: code that breaks a rule is red, and every other gate reports", async context => {
    const run = await ci(context, {
      config: gates,
      change: ({ write }) => write(EXTRA, "import os\n"),
    });
    expectRed(run, "quality");
    expect(reported(run)).toEqual({ ...allPassed, Lint: "❌ failed" });
    expect(resultsOf(run.job("quality"), "lint", "security", "compile", "test", "dvc")).toEqual({
      ...{ lint: "failure", security: "success", compile: "success", test: "success", dvc: "success" },
    });
  });

  test("ci: insecure code is red, and every other gate reports", async context => {
    const run = await ci(context, {
      config: gates,
      change: ({ write }) => write(EXTRA, "def answer(text: str) -> object:\n    return eval(text)\n"),
    });
    expectRed(run, "quality");
    expect(reported(run)).toEqual({ ...allPassed, "Scan for insecure code": "❌ failed" });
    expect(resultsOf(run.job("quality"), "lint", "security", "compile", "test", "dvc")).toEqual({
      ...{ lint: "success", security: "failure", compile: "success", test: "success", dvc: "success" },
    });
  });

  test("ci: a file that is no Python is red, and every other gate reports", async context => {
    const run = await ci(context, {
      config: gates,
      change: ({ write }) => write(EXTRA, "def answer(:\n"),
    });
    expectRed(run, "quality");
    // The linter cannot read it either.
    expect(reported(run)).toEqual({ ...allPassed, Lint: "❌ failed", "Compile every module": "❌ failed" });
    expect(resultsOf(run.job("quality"), "security", "compile", "test", "dvc")).toEqual({
      ...{ security: "success", compile: "failure", test: "success", dvc: "success" },
    });
  });

  test("ci: a test that fails is red, and the DVC pipeline is looked at all the same", async context => {
    const run = await ci(context, {
      config: gates,
      change: ({ edit }) =>
        edit("tests/test_freshness.py", text => `${text}\n\ndef test_no_age() -> None:\n    assert NOON is None\n`),
    });
    expectRed(run, "quality");
    expect(reported(run)).toEqual({ ...allPassed, "Run the tests": "❌ failed" });
    expect(resultsOf(run.job("quality"), "lint", "security", "compile", "test", "dvc")).toEqual({
      ...{ lint: "success", security: "success", compile: "success", test: "failure", dvc: "success" },
    });
  });

  test("ci: an advisory gate that fails is shown, and stops nobody", async context => {
    const run = await ci(context, {
      config: { ...gates, checks: { ...oneGate.checks, lint: { command: "ruff check .", advisory: true } } },
      change: ({ write }) => write(EXTRA, "import os\n"),
    });
    expectGreen(run);
    expect(reported(run)).toEqual({
      Lint: "⚠️ failed (advisory)",
      "Compile every module": "✅ passed",
      "DVC pipeline": "✅ passed",
    });
  });

  test("ci: a stage that dvc.yaml does not have is a broken pipeline, by its name", async context => {
    const run = await ci(context, { config: { ...oneGate, dvc: { stages: { train: "validate_modle" } } } });
    expectBroken(run, /validate_modle/);
  });

  test("ci: stages that depend on each other in a circle are a broken pipeline, by their names", async context => {
    const run = await ci(context, {
      config: oneGate,
      change: ({ edit }) =>
        edit("dvc.yaml", text =>
          text.replace(
            "      - src/creditrisk/synthetic.py\n",
            "      - src/creditrisk/synthetic.py\n      - data/processed/test.csv\n",
          ),
        ),
    });
    expectBroken(run, /in stages: (?=.*ingest_data)(?=.*split_data)/);
  });

  test("ci: a dvc.yaml that is no YAML is a broken pipeline, by its name", async context => {
    const run = await ci(context, {
      config: oneGate,
      change: ({ edit }) => edit("dvc.yaml", text => text.replace("stages:\n", "stages: [\n")),
    });
    expectBroken(run, /dvc\.yaml/);
  });

  test("ci: a dependency that nobody makes is a broken pipeline, by its name", async context => {
    const run = await ci(context, {
      config: oneGate,
      change: ({ edit }) =>
        edit("dvc.yaml", text =>
          text.replace(
            "      - src/creditrisk/model.py\n",
            "      - src/creditrisk/model.py\n      - data/prices.csv\n",
          ),
        ),
    });
    expectBroken(run, /train_baseline needs data\/prices\.csv: nobody makes this/);
  });

  test("ci: a changed stage whose data is not here is green, with a warning that names both", async context => {
    const run = await ci(context, {
      config: oneGate,
      change: ({ edit }) => edit("src/creditrisk/pipelines/train_baseline.py", text => `${text}# A new thought.\n`),
    });
    expectGreen(run);
    expect(run.step("quality/dvc").outputs).toEqual({ state: "needs-data" });
    expect(run.step("quality/dvc").annotations).toEqual([
      annotation("warning", /^Stage train_baseline .*data\/processed\/test\.csv, data\/processed\/train\.csv/),
    ]);
  });

  test("ci: a dvc.lock behind the code is red where the config says so", async context => {
    const run = await ci(context, {
      config: { ...oneGate, dvc: { staleLock: "fail" } },
      change: ({ edit }) => {
        edit("dvc.yaml", text => text.replace("    always_changed: true\n", ""));
        edit("src/creditrisk/pipelines/ingest_data.py", text => `${text}# A new thought.\n`);
      },
    });
    expectRed(run, "quality");
    expect(run.step("quality/dvc").outputs).toEqual({ state: "stale" });
    expect(run.step("quality/dvc").annotations).toEqual([annotation("error", /these stages would run: ingest_data\./)]);
  });

  test("ci: a pull request of a fork passes: there is no secret, and none is asked for", async context => {
    const run = await ci(context, {
      config: oneGate,
      event: { kind: "pull_request", head: "change", base: "main", fork: true },
    });
    expectGreen(run);
    // The job's own token, which can only read; nothing reads it.
    expect(Object.keys(run.secrets)).toEqual(["GITHUB_TOKEN"]);
    const { files } = await generated({ name: "creditrisk", notify: { slack: { secret: "SLACK_WEBHOOK_URL" } } });
    const text = files.get(".github/workflows/ci.yaml") ?? "";
    expect(stepsOf(declared(text)).length).toBeGreaterThan(10);
    expect(referenced("secrets", text)).toEqual([]);
    expect(text).not.toMatch(/\bsecrets\b|github\.token/);
  });

  test("ci: a workflow that was edited by hand is red, by its name", async context => {
    const run = await ci(context, {
      config: oneGate,
      change: ({ edit }) =>
        edit(".github/workflows/cd.yaml", text => text.replace("timeout-minutes: ", "timeout-minutes: 1")),
    });
    expectRed(run, "workflows");
    expect(run.step("workflows/check").annotations).toEqual([
      { level: "error", text: expect.any(String), file: ".github/workflows/cd.yaml", title: "drift/hand-edited" },
    ]);
  });

  test("ci: a config that was changed without generating the workflows anew is red", async context => {
    const run = await ci(context, {
      config: oneGate,
      change: ({ edit }) => edit("pipeline.config.json", text => text.replace(/}$/, ',"timeouts":{"deploy":7}}')),
    });
    expectRed(run, "workflows");
    expect(run.step("workflows/check").annotations).toContainEqual(
      expect.objectContaining({ level: "error", file: ".github/workflows/cd.yaml", title: "drift/config-changed" }),
    );
  });
});
