import { expect, test } from "vitest";
import type { ExampleFiles } from "../../src/doctor/check.ts";
import { environmentChecks } from "../../src/doctor/checks/environment/index.ts";
import { checks } from "../../src/doctor/checks/index.ts";
import type { CommandUse } from "../../src/doctor/commands.ts";
import { applied } from "../../src/doctor/fix.ts";
import { installedBy } from "../../src/doctor/installed.ts";
import { readCommands } from "../../src/lint/script.ts";
import { repositoryOf } from "../support/contents.ts";
import { examineExample } from "./examination.ts";
import { laidOver } from "./sound-repository.ts";

const nowhere = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** What these commands install, in a repository that holds these files. */
const installed = (files: Readonly<Record<string, string>>, folder: string, ...commands: readonly string[]) => {
  const uses = commands.map(
    (text): CommandUse => ({
      ...{
        title: text,
        spot: { file: "config" },
        source: { kind: "field", path: [] },
        purpose: "install",
        folder,
        text,
      },
      commands: readCommands(text, () => nowhere, { environment: () => undefined, shell: "bash" }).commands,
    }),
  );
  return installedBy(repositoryOf(files), uses);
};

const names = (found: ReturnType<typeof installed>) => found.requirements.map(({ name }) => name).sort();

const PROJECT = {
  "app/pyproject.toml": `[project]
name = "app"
dependencies = ["pandas"]
[project.optional-dependencies]
dev = ["ruff"]
[dependency-groups]
dev = ["pytest"]
docs = ["mkdocs"]
`,
  "app/requirements.txt": "dvc[s3]\n-r more.txt\n",
  "app/more.txt": "mlflow\n",
};

test("installed: pip's commands are followed into files and projects", () => {
  const found = installed(
    PROJECT,
    "app",
    "python -m pip install -q --upgrade pip",
    "pip install -rrequirements.txt 'joblib>=1' --constraint=more.txt && echo done",
    "pip install --no-cache-dir -e .[dev]",
  );
  expect(names(found)).toEqual(["dvc", "joblib", "mlflow", "pandas", "pip", "ruff"]);
  expect(found.constraints.map(({ name }) => name)).toEqual(["mlflow"]);
  expect(found.projects.map(({ folder }) => folder)).toEqual(["app"]);
  expect(found.isKnown).toBe(true);
});

test("installed: without its dependencies a project brings none", () => {
  const found = installed(PROJECT, ".", "pip install --no-deps ./app");
  expect([names(found), found.isKnown]).toEqual([[], true]);
});

test("installed: uv's commands bring the groups they are told to", () => {
  const of = (...commands: readonly string[]) => names(installed(PROJECT, "app", ...commands));
  expect(of("uv sync --frozen --extra dev")).toEqual(["pandas", "pytest", "ruff"]);
  expect(of("uv sync --locked --no-dev --group docs")).toEqual(["mkdocs", "pandas"]);
  expect(of("uv sync --only-group docs")).toEqual(["mkdocs"]);
  expect(of("uv sync --all-extras --all-groups")).toEqual(["mkdocs", "pandas", "pytest", "ruff"]);
  expect(of("uv pip install -r requirements.txt")).toEqual(["dvc", "mlflow"]);
  expect(of("pip install --group docs")).toEqual(["mkdocs"]);
  expect(installed({ ...PROJECT, "app/uv.lock": "" }, "app", "uv sync").isLocked).toBe(true);
});

test("installed: Poetry's commands bring its groups, but for those that are optional", () => {
  const poetry = {
    "pyproject.toml": `[tool.poetry.dependencies]
pandas = "*"
dvc = { version = "*", optional = true }
[tool.poetry.extras]
data = ["dvc"]
[tool.poetry.group.dev.dependencies]
pytest = "*"
[tool.poetry.group.docs]
optional = true
[tool.poetry.group.docs.dependencies]
mkdocs = "*"
`,
  };
  const of = (command: string) => names(installed(poetry, ".", command));
  expect(of("poetry install --no-interaction")).toEqual(["pandas", "pytest"]);
  expect(of("poetry install --with docs --without dev -E data")).toEqual(["dvc", "mkdocs", "pandas"]);
  expect(of("poetry install --only main,docs")).toEqual(["mkdocs", "pandas"]);
  expect(of("poetry install --only=dev")).toEqual(["pytest"]);
});

test("installed: what is not understood makes it unknown what is there", () => {
  for (const command of [
    ...["make install", "conda env create", "pip install $PACKAGES", "pip install --frobnicate x", "bash setup.sh"],
    ...[
      "pip install -r https://example.org/r.txt",
      "pip install git+https://example.org/x.git",
      "pip uninstall -y dvc",
    ],
    ...[
      "pip install ruff || true",
      "if true; then pip install ruff; fi",
      "cd app",
      "pip install -e ../other",
      "uv add ruff",
    ],
    ...[
      "pip install -r gone.txt",
      "pip install .",
      "poetry install -C app",
      "uv sync",
      "((",
      "pip install dist/app.tar.gz",
    ],
  ])
    expect(installed(PROJECT, ".", command).isKnown, command).toBe(false);
  expect(installed(PROJECT, ".", "pip install ruff", "echo ok", "python --version").isKnown).toBe(true);
});

test("installed: a file that is named and not there is told with the line that names it", () => {
  const found = installed({ "r.txt": "ruff\n-r base.txt\n" }, ".", "pip install -r r.txt -r gone.txt");
  expect(found.missing.map(({ file, spot }) => [file, spot?.line])).toEqual([
    ["base.txt", 2],
    ["gone.txt", undefined],
  ]);
});

const findings = async (example: ExampleFiles) =>
  (await examineExample(example, environmentChecks)).map(
    ({ diagnostic: { code, severity, file, line } }) =>
      `${severity} ${code.replace("repository/", "")} ${file}${line === undefined ? "" : `:${line}`}`,
  );
const config = (text: string): ExampleFiles => ({ "pipeline.config.yaml": text });
const requirementsWith = (...lines: readonly string[]) =>
  `${["bandit", "fastapi", "joblib", "pytest", "ruff", "uvicorn", ...lines].join("\n")}\n`;

test("missing-project: `setup.cfg` alone is no project to pip, `setup.py` is", async () => {
  const install = "python: { install: [pip install -r requirements.txt, pip install --no-deps ./libs/core] }\n";
  const none = { ...config(install), "libs/core/setup.cfg": "" };
  expect(await findings(none)).toEqual(["error missing-project pipeline.config.yaml:5"]);
  const [finding] = await examineExample(none, environmentChecks);
  expect(finding?.diagnostic.hint).toContain("beside `setup.cfg`");
  expect(await findings({ ...config(install), "libs/core/setup.py": "" })).toEqual([]);
  expect(await findings({ ...config(install), libs: "a link, or the commit of a submodule" })).toEqual([]);
});

test("missing-requirements: a file that a requirements file names is told where it is named", async () => {
  expect(await findings({ "requirements.txt": requirementsWith("dvc", "mlflow", "-r base.txt") })).toEqual([
    "error missing-requirements requirements.txt:9",
  ]);
});

test("missing-requirements: lock files that match nothing leave a cached environment as it is", async () => {
  const lock =
    "python: { lockFiles: [LOCK], install: [pip install -r requirements.txt, pip install --no-deps -e .] }\n";
  expect(await findings(config(lock.replace("LOCK", "locks/*.lock")))).toEqual([
    "warning missing-requirements pipeline.config.yaml:4",
  ]);
  expect(await findings(config(lock.replace("LOCK", "locks/*.lock, requirements.txt")))).toEqual([]);
});

test("missing-tool: a program that a lock file does not bring is certainly missing, one that no requirement names probably", async () => {
  const dev = { "requirements.txt": requirementsWith("dvc", "mlflow").replace("ruff\n", "") };
  expect(await findings(dev)).toEqual(["warning missing-tool pipeline.config.yaml:1"]);
  const locked = (names: readonly string[]) => ({
    "pyproject.toml": '[project]\nname = "demo"\ndependencies = ["dvc", "mlflow"]\n',
    "uv.lock": names.map(name => `[[package]]\nname = "${name}"\nversion = "1"\n`).join("\n"),
    ...config("python: { installer: uv, install: [uv sync --locked] }\n"),
  });
  const all = ["bandit", "dvc", "mlflow", "pytest", "ruff", "uvicorn"];
  expect(await findings(locked(all))).toEqual([]);
  expect(await findings(locked(all.filter(name => name !== "dvc" && name !== "ruff")))).toEqual([
    "error missing-tool pipeline.config.yaml:1",
  ]);
});

test("missing-tool: nothing is said where something unknown may bring it", async () => {
  const without = (...more: readonly string[]) => ({
    "requirements.txt": requirementsWith("dvc", "mlflow", ...more)
      .replace("ruff\n", "")
      .replace("pytest\n", ""),
  });
  expect(await findings(without())).toHaveLength(2);
  expect(await findings(without("pytest-cov", "acme-dev-tools"))).toEqual([]);
  expect(await findings(without("git+https://example.org/x.git"))).toEqual([]);
  expect(
    await findings({ ...without(), ...config("checks: { lint: uv run ruff check, test: tox run -e py }\n") }),
  ).toEqual([]);
  expect(await findings({ ...without(), ...config("checks: { lint: ruff check || true, test: false }\n") })).toEqual(
    [],
  );
});

test("missing-tool: DVC is called by the workflows themselves", async () => {
  expect(await findings({ "requirements.txt": requirementsWith("mlflow") })).toEqual([
    expect.stringContaining("warning missing-tool pipeline.config.yaml"),
  ]);
});

test("missing-tool: the environment that uv makes has no pip", async () => {
  const commands = ["pip install -r requirements.txt", "uv pip install -r requirements.txt"];
  const of = (command: string | undefined) => findings(config(`python: { installer: uv, install: [${command}] }\n`));
  expect(await of(commands[0])).toEqual([expect.stringContaining("error missing-tool")]);
  expect(await of(commands[1])).toEqual([]);
});

test("python-version: what a project works with matters only where it is installed", async () => {
  const old = { "pyproject.toml": '[project]\nname = "demo"\nrequires-python = ">=3.12"\n', ".python-version": null };
  expect(await findings(old)).toEqual(["error python-version pyproject.toml:3"]);
  expect(await findings({ ...old, ...config("python: { install: [pip install -r requirements.txt] }\n") })).toEqual([]);
});

test("python-version: an image with another Python is worth a note", async () => {
  const of = (text: string) => findings({ Dockerfile: text });
  expect(await of("FROM python:3.12-slim AS base\nFROM base\nCOPY . .\n")).toEqual([
    "note python-version Dockerfile:1",
  ]);
  for (const base of [
    "python:3.11",
    "python:$PYTHON",
    "python:3",
    "docker.io/library/python:3.11.9-slim",
    "ubuntu:24.04",
  ])
    expect(await of(`FROM ${base}\nCOPY . .\n`), base).toEqual([]);
});

test("missing-remote-plugin: the scheme of the remote decides, wherever it is written", async () => {
  const dvc = { "requirements.txt": requirementsWith("dvc>=3", "mlflow<3") };
  const url = (address: string) => config(`dvc: { remote: { url: "${address}" } }\n`);
  for (const address of [
    "s3://b/p",
    "gs://b/p",
    "azure://c/p",
    "ssh://h/p",
    "gdrive://x",
    "webdavs://h/p",
    "oss://b/p",
  ])
    expect(await findings({ ...dvc, ...url(address) }), address).toEqual([
      "error missing-remote-plugin requirements.txt:7",
    ]);
  for (const address of ["https://h/p", "/mnt/store", "../store"])
    expect(await findings({ ...dvc, ...url(address) }), address).toEqual([]);
  const store = { ".dvc/config": "[core]\n    remote = store\n['remote \"store\"']\n    url = gs://bucket/store\n" };
  expect(await findings({ ...dvc, ...store })).toEqual(["warning missing-remote-plugin requirements.txt:7"]);
  expect(await findings({ ...dvc, ...store, ...config("dvc: { remote: false }\n") })).toEqual([
    "error missing-remote-plugin requirements.txt:7",
  ]);
});

test("missing-remote-plugin: the plugin may come as extra, as `all`, or as a package", async () => {
  const remote = config('dvc: { remote: { url: "ssh://host/store" } }\n');
  for (const lines of [
    ["dvc[ssh]"],
    ["dvc[gs, ssh]>=3"],
    ["dvc[all]"],
    ["dvc", "dvc-ssh"],
    ["dvc[ssh-gssapi]"],
    ["dvc @ git+https://example.org/dvc"],
  ])
    expect(
      await findings({ ...remote, "requirements.txt": requirementsWith("mlflow", ...lines) }),
      lines.join(),
    ).toEqual([]);
});

test("missing-remote-plugin: the mend adds the extra and leaves the rest of the line alone", async () => {
  const mended = async (line: string) => {
    const example = {
      ...config('dvc: { remote: { url: "s3://b/p" } }\n'),
      "requirements.txt": requirementsWith("mlflow", line),
    };
    const fixes = (await examineExample(example, environmentChecks)).flatMap(({ fix }) => fix ?? []);
    const before = laidOver(example);
    return applied(fixes, path => before[path])
      .files.get("requirements.txt")
      ?.split("\n")
      .at(-2);
  };
  expect(await mended("dvc")).toBe("dvc[s3]");
  expect(await mended("dvc >= 3 ; python_version > '3.9'  # data")).toBe(
    "dvc[s3] >= 3 ; python_version > '3.9'  # data",
  );
  expect(await mended("dvc[gs]==3.67.1")).toBe("dvc[gs,s3]==3.67.1");
});

const folderStore = config("mlflow: { trackingUri: mlruns, token: false }\n");

test("mlflow-version: only a release from 3.13 on refuses, and only a folder", async () => {
  const of = (line: string, store: ExampleFiles = folderStore) =>
    findings({ ...store, "requirements.txt": requirementsWith("dvc", line) });
  for (const line of ["mlflow", "mlflow>=2.9", "mlflow~=3.1", "mlflow<4", "mlflow-skinny>3.12"])
    expect(await of(line), line).toEqual(["warning mlflow-version requirements.txt:8"]);
  for (const line of ["mlflow==3.13.0", "mlflow==3.14.*"])
    expect(await of(line), line).toEqual(["error mlflow-version requirements.txt:8"]);
  for (const line of [
    "mlflow<3.13",
    "mlflow==3.12.0",
    "mlflow~=2.9",
    "mlflow>=2,<=3.12",
    "mlflow; python_version < '3.9'",
  ])
    expect(await of(line), line).toEqual([]);
  for (const uri of ["https://mlflow.example.org", "sqlite:///mlflow.db", "databricks", "postgresql://db/x"])
    expect(await of("mlflow", config(`mlflow: { trackingUri: "${uri}", token: false }\n`)), uri).toEqual([]);
  expect(await of("mlflow", config("mlflow: { trackingUri: 'file:///tmp/mlruns', token: false }\n"))).toHaveLength(1);
});

test("mlflow-version: a folder that the code names counts, and so does a permission to go on", async () => {
  const code = (uri: string) => ({
    "requirements.txt": requirementsWith("dvc", "mlflow"),
    "src/demo/validate.py": `import mlflow\n\nif __name__ == "__main__":\n    mlflow.set_tracking_uri("${uri}")\n`,
  });
  expect(await findings(code("mlruns"))).toEqual(["warning mlflow-version requirements.txt:8"]);
  expect(await findings(code("http://localhost:5000"))).toEqual([]);
  expect(await findings({ ...code("mlruns"), Makefile: "export MLFLOW_ALLOW_FILE_STORE=true\n" })).toEqual([]);
});

test("mlflow-version: a constraint, or a lock file, may keep the release down", async () => {
  const constrained = {
    ...folderStore,
    "requirements.txt": requirementsWith("dvc", "mlflow", "-c constraints.txt"),
    "constraints.txt": "mlflow<3.13\n",
  };
  expect(await findings(constrained)).toEqual([]);
  const locked = (version: string) => ({
    "pyproject.toml": '[project]\nname = "demo"\ndependencies = ["dvc", "mlflow"]\n',
    "uv.lock": ["bandit", "dvc", "pytest", "ruff", "mlflow"]
      .map(name => `[[package]]\nname = "${name}"\nversion = "${version}"\n`)
      .join("\n"),
    ...config("python: { installer: uv, install: [uv sync] }\nmlflow: { trackingUri: mlruns, token: false }\n"),
  });
  expect(await findings(locked("3.12.0"))).toEqual([]);
  expect(await findings(locked("3.15.2"))).toEqual(["error mlflow-version pyproject.toml:3"]);
});

test("missing-tests: nothing is said where pytest may find something else", async () => {
  const none = { "tests/test_fit.py": null };
  expect(await findings(none)).toEqual(["error missing-tests pipeline.config.yaml:1"]);
  for (const other of [
    { "pytest.ini": "[pytest]\npython_files = check_*.py\n" },
    { "conftest.py": "" },
    config("checks: { test: pytest --doctest-modules src }\n"),
    config("checks: { test: pytest || true }\n"),
    { "src/demo/test_inside.py": "" },
  ])
    expect(await findings({ ...none, ...other })).toEqual([]);
});

test("environment: every check is among those of doctor", () => {
  expect(checks).toEqual(expect.arrayContaining([...environmentChecks]));
});
