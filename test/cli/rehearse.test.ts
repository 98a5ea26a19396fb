import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test, vi } from "vitest";
import type { Ran } from "../support/cli.ts";
import { binary, environment } from "../support/cli.ts";
import { copyExample } from "../support/example.ts";
import type { Repository } from "../support/repo.ts";
import { config, emptyFolder, generated, repository } from "../support/repo.ts";

const installed = join(import.meta.dirname, "../../.tools/rehearsal");
/** A key as AWS gives them; put together here, so that no scanner takes this file for one that holds keys. */
const REAL_KEY = `AK${"IA"}QWERTYUIOPASDFGH`;

const expectRefused = async (repo: Repository, code: string, ...args: readonly string[]) => {
  const ran = await repo.cli("rehearse", ...args, "--format", "json");
  const report = JSON.parse(ran.stdout);
  expect(ran).toMatchObject({ code: 2, stderr: "" });
  expect(report).toMatchObject({ command: "rehearse", exitCode: 2, diagnostics: [{ code, severity: "error" }] });
  const [{ message, hint }] = report.diagnostics;
  return { message, hint };
};

describe("rehearse --list", () => {
  test("every step of a workflow is listed by its job, and how it fails where that is another way than by itself", async () => {
    const repo = await generated();
    const { code, stdout, stderr } = await repo.cli("rehearse", "cd", "--list");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const jobs = stdout.split("\n").filter(line => /^[\w-]+$/.test(line));
    expect(jobs).toEqual(["train", "image-api", "image-batch", "deploy", "promote"]);
    expect(stdout).toMatch(/^ {2}smoke +.+ \(the new version answers 503\)$/m);
    expect(stdout).toMatch(/^ {2}rollback +/m);
  });

  test("it is told as JSON too, and nothing has to be installed for it", async () => {
    const repo = await generated();
    const env = { CREDITRISK_CI_REHEARSAL_HOME: join(repo.root, "nowhere") };
    const { code, stdout } = await repo.cliWith({ env }, "rehearse", "ci", "--list", "--format", "json");
    expect(code).toBe(0);
    const { schemaVersion, steps } = JSON.parse(stdout) as {
      readonly schemaVersion: number;
      readonly steps: readonly Readonly<Record<string, string>>[];
    };
    expect(schemaVersion).toBe(1);
    expect(steps).toContainEqual({ job: "quality", step: "lint", name: "Lint", because: "" });
    expect(new Set(steps.map(({ job }) => job))).toEqual(new Set(["quality", "workflows", "ci"]));
  });
});

describe("rehearse refuses, before anything is run,", () => {
  test("a workflow that does not exist", async () => {
    const { message, hint } = await expectRefused(await generated(), "usage/unknown-workflow", "cdd");
    expect(message).toContain('"cdd"');
    expect(hint).toContain("ci, cd, nightly");
  });

  test("a workflow that the config switches off", async () => {
    const repo = repository({ "pipeline.config.ts": config("files: { nightly: false }") });
    const { message } = await expectRefused(repo, "usage/unknown-workflow", "nightly");
    expect(message).toContain("switches nightly off");
  });

  test("a step that does not exist, and one that several jobs have", async () => {
    const repo = await generated();
    const unknown = await expectRefused(repo, "usage/unknown-step", "cd", "--fail", "smokee");
    expect(unknown.message).toContain('"smokee"');
    const several = await expectRefused(repo, "usage/unknown-step", "cd", "--fail", "checkout");
    expect(several.hint).toContain("`--fail train/checkout`");
  });

  test("a pipeline that does not exist, and none where the config holds several", async () => {
    const pipelines = [
      { name: "risk", root: "risk" },
      { name: "fraud", root: "fraud" },
    ];
    const repo = repository({ "pipeline.config.json": JSON.stringify({ pipelines }) });
    const none = await expectRefused(repo, "usage/unknown-pipeline", "ci", "--list");
    expect(none.hint).toContain("risk, fraud");
    const unknown = await expectRefused(repo, "usage/unknown-pipeline", "ci", "--list", "--pipeline", "credit");
    expect(unknown.message).toContain('"credit"');
    const { code, stdout } = await repo.cli("rehearse", "ci", "--list", "--pipeline", "fraud");
    expect({ code, first: stdout.split("\n")[0] }).toEqual({ code: 0, first: "quality" });
  });

  test("a secret file that is none", async () => {
    const repo = await generated();
    mkdirSync(repo.at("folder"));
    for (const file of ["missing.env", "folder"]) {
      const { message } = await expectRefused(repo, "usage/secret-file", "cd", "--secret-file", file);
      expect(message).toContain(JSON.stringify(file));
    }
  });

  test.for([
    ["a real AWS key", `AWS_ACCESS_KEY_ID=${REAL_KEY}`],
    ["one inside base64", `AWS_ACCESS_KEY_ID=${Buffer.from(`KEY=${REAL_KEY}\n`).toString("base64")}`],
    ["the address of another machine", "AWS_ACCESS_KEY_ID=https://mlflow.bank.example"],
  ])("a secret file with %s, without printing it", async ([, line = ""]) => {
    const repo = await generated();
    repo.write("secrets.env", `# given\nFINE=text\n${line}\n`);
    const { message } = await expectRefused(repo, "usage/real-secret", "cd", "--secret-file", "secrets.env");
    expect(message).toContain("AWS_ACCESS_KEY_ID in secrets.env");
    const { stdout, stderr } = await repo.cli("rehearse", "cd", "--secret-file", "secrets.env");
    expect(`${stdout}${stderr}`).not.toContain(line.split("=")[1]);
  });

  test("to keep what it makes in a folder that is not empty", async () => {
    const repo = await generated();
    repo.write("kept/old.txt", "old");
    const { message } = await expectRefused(repo, "usage/keep", "cd", "--keep", "kept");
    expect(message).toContain('"kept"');
  });
});

test("rehearse: where nothing is installed, exit code 4 and the commands that install it; nothing is written", async () => {
  const repo = await generated();
  const before = repo.snapshot();
  const home = emptyFolder();
  const env = { CREDITRISK_CI_REHEARSAL_HOME: home, PATH: "/nowhere" };
  const { code, stdout, stderr } = await repo.cliWith({ env }, "rehearse", "cd");
  expect(code).toBe(4);
  const said = `${stdout}${stderr}`;
  for (const command of [
    "sudo apt install jq",
    `GOBIN=${home}/bin go install github.com/nektos/act@v`,
    `python3 -m venv ${home}/venv && ${home}/venv/bin/pip install`,
    `${home}/venv/bin/pip wheel --wheel-dir ${home}/wheelhouse`,
  ])
    expect(said).toContain(command);
  expect(repo.snapshot()).toEqual(before);
  expect(readdirSync(home)).toEqual([]);
});

/** The example as a repository of its own, whose gates are quick, and look for what a step must not see. */
const project = (): Repository => {
  const repo = repository();
  copyExample(repo.root);
  const gate = (name: string) => `test -z "\${${name}-}"`;
  const checks = {
    lint: "ruff check .",
    ...{ security: false, compile: false, test: false },
    "no-key": `${gate("AWS_ACCESS_KEY_ID")} && ${gate("AWS_SECRET_ACCESS_KEY")}`,
    "no-user": `${gate("GIT_AUTHOR_NAME")} && ${gate("CREDITRISK_CI_REHEARSAL_HOME")}`,
  };
  repo.write("pipeline.config.json", JSON.stringify({ name: "creditrisk", python: { installer: "uv" }, checks }));
  repo.commit();
  return repo;
};

interface Rehearsed extends Ran {
  /** What is left in the folder for temporary files. */
  readonly left: readonly string[];
  readonly changed: boolean;
  readonly status: string;
}

const rehearsed = async (repo: Repository, ...args: readonly string[]): Promise<Rehearsed> => {
  const temporary = emptyFolder();
  const before = repo.snapshot();
  const env = {
    CREDITRISK_CI_REHEARSAL_HOME: installed,
    TMPDIR: temporary,
    AWS_ACCESS_KEY_ID: REAL_KEY,
    AWS_SECRET_ACCESS_KEY: "not-to-be-seen-by-a-step",
  };
  const ran = await repo.cliWith({ env }, "rehearse", ...args);
  return {
    ...ran,
    left: readdirSync(temporary),
    changed: JSON.stringify(repo.snapshot()) !== JSON.stringify(before),
    status: repo.git("status", "--porcelain"),
  };
};

const untouched = { left: [], changed: false, status: "" };

describe("rehearse runs", () => {
  test("ci of a repository: green, told as JSON, and nothing is left behind", async () => {
    const ran = await rehearsed(project(), "ci", "--format", "json");
    expect(ran).toMatchObject({ code: 0, ...untouched });
    const report = JSON.parse(ran.stdout);
    expect(report).toMatchObject({
      ...{ schemaVersion: 1, command: "rehearse", exitCode: 0, diagnostics: [], result: "success" },
      jobs: [
        { id: "quality", result: "success" },
        { id: "workflows", result: "success" },
        { id: "ci", result: "success" },
      ],
      ...{ artifacts: {}, images: {}, leaks: [], idle: [] },
    });
    const [quality] = report.jobs;
    // Keys and variables of whoever rehearses are seen by no step: these gates look for them.
    for (const id of ["lint", "no-key", "no-user", "dvc"])
      expect(quality.steps).toContainEqual(expect.objectContaining({ id, result: "success" }));
    expect(`${ran.stdout}${ran.stderr}`).not.toContain(REAL_KEY);
  });

  test("ci with a gate that fails: exit code 0, because the run is red as it should be", async () => {
    const ran = await rehearsed(project(), "ci", "--fail", "lint");
    expect(ran).toMatchObject({ code: 0, ...untouched });
    const said = `${ran.stdout}${ran.stderr}`;
    expect(said).toMatch(/^✗ quality/m);
    expect(said).toMatch(/^ {2}✗ Lint/m);
    expect(said).toMatch(/^✗ ci/m);
    expect(said).toContain("This step was made to fail.");
    expect(said).toMatch(/The run ended with failure .* That is as it should be: quality\/lint failed/);
  });

  test("until it is interrupted: the run is cancelled, and nothing is left behind", async () => {
    const temporary = emptyFolder();
    const child = execa(process.execPath, [binary(), "rehearse", "ci"], {
      cwd: project().root,
      env: environment({ CREDITRISK_CI_REHEARSAL_HOME: installed, TMPDIR: temporary }),
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    });
    const isUnderWay = () => {
      const [folder = ""] = readdirSync(temporary);
      expect(readFileSync(join(temporary, folder, "act.jsonl"), "utf8")).toContain("Install the project");
    };
    await vi.waitFor(isUnderWay, { timeout: 60_000, interval: 100 });
    child.kill("SIGINT");
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^error: the run ended with (?:cancelled|failure) /m);
    expect(stdout).toMatch(/^⊘|^✗/m);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
