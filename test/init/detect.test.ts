import { expect, test } from "vitest";
import type { ConfigInput } from "../../src/index.ts";
import type { CarryOver } from "../../src/init/carry-over/index.ts";
import { configOf, propose } from "../../src/init/propose.ts";
import type { GitFacts } from "../../src/repository/git.ts";
import { repositoryOf } from "../support/contents.ts";

const git = (facts: { readonly url?: string; readonly branch?: string } = {}): GitFacts => ({
  remoteUrl: async () => facts.url,
  defaultBranch: async () => facts.branch,
});

const NOTHING: CarryOver = { files: [], fields: [], lost: [] };

const proposed = (files: Readonly<Record<string, string>>, carried = NOTHING, facts = git()) =>
  propose(repositoryOf(files), facts, async () => carried);

/** The config that init would write for a repository of these files. */
const configFor = async (
  ...parameters: Parameters<typeof proposed>
): Promise<Extract<ConfigInput, { name: string }>> => {
  const config = configOf(await proposed(...parameters));
  if ("pipelines" in config) throw new Error("several pipelines");
  return config;
};

const openFor = async (...parameters: Parameters<typeof proposed>): Promise<readonly string[]> =>
  (await proposed(...parameters)).pipelines.flatMap(({ undecided }) => undecided.map(({ what }) => what));

const pyproject = (dependencies: readonly string[] = [], more = ""): string =>
  `[project]\nname = "Churn_Model"\nversion = "1"\ndependencies = ${JSON.stringify(dependencies)}\n${more}`;

const stages = (...names: readonly string[]): string =>
  `stages:\n${names.map(name => `  ${name}:\n    cmd: python ${name}.py\n`).join("")}`;

test.each([
  [
    "what pyproject.toml says",
    { "pyproject.toml": pyproject() },
    git({ url: "https://github.com/acme/other.git" }),
    "churn-model",
  ],
  ["the repository on its remote", { "a.txt": "" }, git({ url: "git@github.com:acme/CreditRisk.git" }), "credit-risk"],
  ["that of the folder where nothing else tells", { "a.txt": "" }, git(), "repository"],
  [
    "kept within what GitHub takes",
    { "pyproject.toml": `[project]\nname = "${"9".repeat(5)}${"a-".repeat(60)}"` },
    git(),
    "a-".repeat(25).slice(0, 49),
  ],
])("init: the name is %s", async (_, files, facts, name) => {
  expect((await configFor(files, NOTHING, facts)).name).toBe(name);
});

test("init: the default branch is git's, unless it is the usual one", async () => {
  expect(await configFor({ "a.txt": "" }, NOTHING, git({ branch: "trunk" }))).toMatchObject({ defaultBranch: "trunk" });
  expect(await configFor({ "a.txt": "" }, NOTHING, git({ branch: "main" }))).not.toHaveProperty("defaultBranch");
});

test.each([
  ["the root, where the only dvc.yaml is there", { "dvc.yaml": "", "pyproject.toml": "" }, undefined],
  [
    "a folder with a project of its own",
    { "models/churn/dvc.yaml": "", "models/churn/pyproject.toml": "" },
    "models/churn",
  ],
  [
    "the root, where the folder of dvc.yaml is part of a project",
    { "ml/dvc.yaml": "", "pyproject.toml": pyproject() },
    undefined,
  ],
  ["the folder of dvc.yaml, where nothing is around it", { "ml/dvc.yaml": "" }, "ml"],
  [
    "no folder of tests or examples",
    { "dvc.yaml": "", "tests/data/dvc.yaml": "", "tests/data/pyproject.toml": "" },
    undefined,
  ],
])("init: the root is %s", async (_, files, root) => {
  expect((await configFor(files)).root).toBe(root);
});

test("init: several projects become several pipelines, whose names differ", async () => {
  const one = { "dvc.yaml": stages("train"), "pyproject.toml": pyproject() };
  const files = Object.fromEntries(
    ["a", "b"].flatMap(folder => Object.entries(one).map(([file, text]) => [`models/${folder}/${file}`, text])),
  );
  expect(configOf(await proposed(files))).toMatchObject({
    pipelines: [
      { name: "churn-model", root: "models/a" },
      { name: "churn-model-2", root: "models/b" },
    ],
  });
});

test.each([
  ["a .python-version", { ".python-version": "3.12.4\n" }, "3.12.4"],
  ["the base of an image", { Dockerfile: "FROM python:3.10-slim\n" }, "3.10"],
  [
    "the lowest that requires-python allows",
    { "pyproject.toml": `${pyproject()}requires-python = ">=3.12"\n` },
    "3.12",
  ],
  [
    "the usual one, where requires-python allows it",
    { "pyproject.toml": `${pyproject()}requires-python = ">=3.9"\n` },
    undefined,
  ],
  [
    "not that of an image which the project does not work with",
    { Dockerfile: "FROM python:3.8\n", "pyproject.toml": `${pyproject()}requires-python = ">=3.12"\n` },
    "3.12",
  ],
])("init: the Python version is %s", async (_, files, version) => {
  expect((await configFor(files)).python?.version).toBe(version);
});

test.each([
  ["a project with its dependencies", { "pyproject.toml": pyproject(["dvc"]) }, undefined],
  [
    "requirements, those for work too, and not those of an image",
    { "requirements.txt": "dvc\n", "requirements-dev.txt": "pytest\n", "requirements-serve.txt": "fastapi\n" },
    ["pip install -r requirements.txt -r requirements-dev.txt"],
  ],
  [
    "the extra that holds the tools",
    {
      "pyproject.toml": pyproject(
        ["dvc"],
        '[project.optional-dependencies]\ndev = ["pytest"]\nplots = ["matplotlib"]\n',
      ),
    },
    ['pip install -e ".[dev]"'],
  ],
  [
    "uv by its lock file, with the groups that hold the tools",
    {
      "pyproject.toml": pyproject(["dvc"], '[dependency-groups]\nlint = ["ruff"]\ndocs = ["sphinx"]\n'),
      "uv.lock": "version = 1\n",
    },
    ["uv sync --locked --group lint"],
  ],
  ["uv without a lock file", { "pyproject.toml": pyproject(["dvc"], "[tool.uv]\n") }, undefined],
  [
    "Poetry into the active environment",
    { "pyproject.toml": '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\ndvc = "*"\n', "poetry.lock": "" },
    ["pipx install poetry", "poetry install --no-interaction"],
  ],
  [
    "nothing but settings of tools in pyproject.toml",
    { "pyproject.toml": "[tool.ruff]\nline-length = 100\n", "requirements.txt": "dvc\nruff\n" },
    ["pip install -r requirements.txt"],
  ],
  [
    "a tool that has settings and is no dependency",
    { "pyproject.toml": pyproject(["dvc"], "[tool.ruff]\n") },
    ["pip install -e .", "pip install ruff"],
  ],
  [
    "DVC with what its remote needs, where nothing brings it",
    { "pyproject.toml": pyproject(), ".dvc/config": "[core]\n    remote = s\n['remote \"s\"']\n    url = s3://b/p\n" },
    ["pip install -e .", 'pip install "dvc[s3]"'],
  ],
  [
    "the plugin alone, where DVC is there",
    { "requirements.txt": "dvc\n", ".dvc/config": "[core]\n    remote = s\n['remote \"s\"']\n    url = gs://b/p\n" },
    ["pip install -r requirements.txt", "pip install dvc-gs"],
  ],
])("init: installed is %s", async (_, files, install) => {
  expect((await configFor(files)).python?.install).toEqual(install);
});

test("init: uv is the installer of a project that uses it", async () => {
  const uv = await configFor({ "pyproject.toml": pyproject(["dvc"]), "uv.lock": "version = 1\n" });
  expect(uv.python).toMatchObject({ installer: "uv", lockFiles: ["pyproject.toml", "uv.lock"] });
});

test("init: a gate is there only for a tool that is in use, and on code that is there", async () => {
  expect((await configFor({ "requirements.txt": "dvc\n" })).checks).toEqual({
    lint: false,
    security: false,
    compile: false,
    test: false,
  });
  const files = {
    "requirements.txt": "dvc\nflake8\nmypy\nblack\nbandit\npytest\n",
    "churn/__init__.py": "",
    "tests/test_a.py": "",
  };
  expect((await configFor(files)).checks).toEqual({
    lint: "flake8 churn",
    security: "bandit -q -r churn",
    compile: "python -m compileall -q churn",
    format: "black --check .",
    types: "mypy churn",
  });
});

test("init: tests without a runner are left open", async () => {
  expect(await openFor({ "requirements.txt": "dvc\n", "tests/test_a.py": "" })).toContain("checks.test");
});

const pipeline = `stages:
  prepare:
    cmd: python prepare.py
    outs: [data/clean.csv]
  validate_data:
    cmd: python check.py
    deps: [data/clean.csv]
    outs: [reports/data_validation.json]
  fit:
    cmd: python fit.py
    deps: [data/clean.csv]
    outs: [models/churn.joblib]
  score:
    cmd: python score.py
    deps: [models/churn.joblib]
    metrics: [reports/metrics.json]
  validate:
    cmd: python validate.py
    deps: [models/churn.joblib]
    outs: [reports/model_validation.json, reports/plots]
  watch_drift:
    cmd: python drift.py
    deps: [data/clean.csv]
    outs: [reports/drift_report.json]
  canary_validate:
    cmd: python canary.py
    deps: [models/churn.joblib]
  register_model:
    cmd: python register.py
    deps: [reports/metrics.json]
    outs: [reports/registered.json]
`;

test("init: the stages that train validate the model, and make its metrics; what registers or deploys is none of them", async () => {
  const config = await configFor({ "dvc.yaml": pipeline });
  expect(config.dvc?.stages).toEqual({ train: ["score", "validate"], drift: "watch_drift" });
});

test("init: the bundle holds the model and what tells of it, and no data", async () => {
  const config = await configFor({ "dvc.yaml": pipeline });
  expect(config.artifacts).toEqual({
    bundle: [
      { path: "models/churn.joblib" },
      { path: "reports/model_validation.json" },
      "reports/plots/**",
      { path: "reports/metrics.json" },
    ],
    nightly: ["reports/drift_report.json"],
  });
});

test.each([
  [
    "evaluation, where nothing validates",
    stages("fit", "evaluate")
      .replace("evaluate.py\n", "evaluate.py\n    deps: [m.pkl]\n")
      .replace("fit.py\n", "fit.py\n    outs: [m.pkl]\n"),
    "evaluate",
  ],
  ["the fit itself, where nothing else is about the model", stages("load", "train_model"), "train_model"],
  [
    "what is last, where no name tells",
    "stages:\n  a:\n    cmd: a\n    outs: [x]\n  b:\n    cmd: b\n    deps: [x]\n",
    "b",
  ],
])("init: trained is by %s", async (_, dvc, train) => {
  expect((await configFor({ "dvc.yaml": dvc })).dvc?.stages).toEqual({ train, drift: false });
});

test("init: a group of stages is run by its name, a stage of another file by that file", async () => {
  const dvc =
    "stages:\n  fit:\n    foreach: [eu, us]\n    do:\n      cmd: python fit.py $" +
    "{item}\n      outs:\n        - models/$" +
    "{item}.pkl\n";
  expect((await configFor({ "dvc.yaml": dvc })).dvc?.stages).toMatchObject({ train: "fit" });
  const nested = await configFor({ "pyproject.toml": pyproject(["dvc"]), "ml/dvc.yaml": stages("train") });
  expect(nested.dvc?.stages).toMatchObject({ train: "ml/dvc.yaml:train" });
});

test("init: without stages, what trains is left open", async () => {
  expect(await openFor({ "a.txt": "" })).toContain("dvc.stages");
});

const remote = (url: string, name = "store"): Readonly<Record<string, string>> => ({
  "requirements.txt": "dvc[all]\n",
  ".dvc/config": `[core]\n    remote = ${name}\n['remote "${name}"']\n    url = ${url}\n`,
});

test.each([
  ["its address and name, so that its settings stay in force", remote("s3://b/p"), { name: "store", url: "s3://b/p" }],
  ["its address alone, where its name is none for a config", remote("s3://b/p", "My_Store"), { url: "s3://b/p" }],
  ["no credentials over https", remote("https://b/p"), { name: "store", url: "https://b/p", credentials: false }],
  ["none, where it is a folder of one machine", remote("/mnt/data"), false],
  ["none, where no default is named", { "requirements.txt": "dvc\n", ".dvc/config": "" }, false],
])("init: of the DVC remote, the config has %s", async (_, files, expected) => {
  expect((await configFor(files)).dvc?.remote).toEqual(expected);
});

test("init: data that no runner can pull is left open", async () => {
  expect(await openFor(remote("/mnt/data"))).toContain("dvc.remote");
  expect(await openFor({ "data/a.csv.dvc": "outs:\n- path: a.csv\n" })).toContain("dvc.remote");
});

test("init: MLflow is in use where a dependency or an import says so", async () => {
  expect((await configFor({ "a.txt": "" })).mlflow).toBe(false);
  expect(await configFor({ "requirements.txt": "mlflow-skinny>=3\n" })).not.toHaveProperty("mlflow");
  expect(await configFor({ "src/x/__init__.py": "import mlflow\n" })).not.toHaveProperty("mlflow");
});

const program = (options: readonly string[], more = ""): string =>
  `import argparse\n${more}\ndef main():\n    parser = argparse.ArgumentParser()\n${options.map(option => `    parser.add_argument(${option})\n`).join("")}    parser.parse_args()\n\nif __name__ == "__main__":\n    main()\n`;

test("init: a program that knows the flags judges the age of the data", async () => {
  const files = {
    "src/churn/__init__.py": "",
    "src/churn/age.py": program([
      '"--max-age-hours", type=float',
      '"--fail-on-stale", action="store_true"',
      '"--output", default="out/age.json"',
    ]),
  };
  expect((await configFor(files)).freshness).toEqual({ command: "python -m churn.age", report: "out/age.json" });
  expect((await configFor({ "a.txt": "" })).freshness).toBe(false);
});

test("init: a subcommand judges the age of the data, too", async () => {
  const text =
    'import click\n@click.group()\ndef main(): ...\n@main.command()\n@click.option("--max-age-hours", type=float)\n@click.option("--fail-on-stale", is_flag=True)\ndef age(max_age_hours, fail_on_stale): ...\nif __name__ == "__main__":\n    main()\n';
  const config = await configFor({ "churn/__init__.py": "", "churn/__main__.py": text });
  expect(config.freshness).toMatchObject({ command: "python -m churn age" });
});

test("init: a config file that is not there is replaced by the one that the stages use", async () => {
  const files = {
    "dvc.yaml": "stages:\n  fit:\n    cmd: python -m churn.fit --config conf/now.yaml\n",
    "conf/now.yaml": "a: 1\n",
    "conf/other.yaml": "a: 1\n",
    "src/churn/__init__.py": "",
    "src/churn/age.py": program(['"--max-age-hours"', '"--fail-on-stale"', '"--config", default="conf/gone.yaml"']),
  };
  expect((await configFor(files)).freshness).toMatchObject({ command: "python -m churn.age --config conf/now.yaml" });
});

const promotion = {
  "dvc.yaml": pipeline,
  "src/churn/__init__.py": "",
  "src/churn/promote.py": program(
    ['"--stage"', '"--transition-log"'],
    'REGISTERED = "reports/registry_promotion.json"\n',
  ),
  "src/churn/validate.py": 'print({"status": "passed"})\n',
};

test("init: the promotion leaves a proof, and asks for the registration and the validation", async () => {
  expect((await configFor(promotion)).promote).toEqual({
    command: "python -m churn.promote --stage Production --transition-log reports/registry_transition.json",
    evidence: "reports/registry_transition.json",
    when: { passed: "reports/model_validation.json" },
  });
});

test("init: a promotion whose conditions are not known has none, and says so", async () => {
  const files = { ...promotion, "src/churn/validate.py": "", "src/churn/promote.py": program(['"--stage"']) };
  expect((await configFor(files)).promote).toEqual({
    command: "python -m churn.promote --stage Production",
    when: { exists: false, passed: false },
  });
  expect(await openFor(files)).toContain("promote.when.passed");
});

const monitor = {
  "src/churn/__init__.py": "",
  "src/churn/production.py": program(
    ['"--current", default="data/production/current.parquet"', '"--publish-metrics", action="store_true"'],
    'REPORT = "reports/production_report.json"\nTRIGGER = "reports/retrain_trigger.json"\n',
  ),
};

test("init: production is monitored where its data is there", async () => {
  const there = await configFor({ ...monitor, "data/production/current.parquet.dvc": "" });
  expect(there.nightly?.monitor).toEqual({ command: "python -m churn.production --publish-metrics" });
  expect(there.nightly?.retrain).toMatchObject({ report: "reports/production_report.json" });
  const other = await configFor({ ...monitor, "data/production/june.csv": "" });
  expect(other.nightly?.monitor).toEqual({
    command: "python -m churn.production --current data/production/june.csv --publish-metrics",
  });
});

test("init: monitoring that could only fail for want of data is off, and left open", async () => {
  expect((await configFor(monitor)).nightly).toMatchObject({ monitor: false, retrain: false });
  expect(await openFor(monitor)).toContain("nightly.monitor");
});

const service = {
  "Dockerfile.api": 'FROM python:3.11\nEXPOSE 8080\nCMD ["uvicorn", "churn.api:app"]\n',
  "src/churn/__init__.py": "",
  "src/churn/api.py":
    'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/healthz")\ndef h(): ...\n@app.post("/v1/predict")\ndef p():\n    return {"predictions": []}\n',
  "sample_payload.json": '{"records": [{"a": 1}]}\n',
};

test("init: a service with routes for its health and predictions is deployed and tested", async () => {
  const config = await configFor(service);
  expect(config.images).toEqual([{ name: "api", dockerfile: "Dockerfile.api" }]);
  expect(config.deploy).toEqual({ smoke: { health: "/healthz", predict: { path: "/v1/predict" } } });
  expect(await openFor(service)).toContain("deploy");
});

test("init: a task definition names the container, and leaves no doubt", async () => {
  const files = { ...service, "ecs/task-definition.json": '{"containerDefinitions": [{"name": "scorer"}]}' };
  expect((await configFor(files)).deploy).toMatchObject({ container: "scorer" });
  expect(await openFor(files)).not.toContain("deploy");
});

test("init: without a request to send, the deployed service is not tested", async () => {
  const { "sample_payload.json": _, ...files } = service;
  expect((await configFor(files)).deploy).toEqual({ smoke: false });
  expect(await openFor(files)).toContain("deploy.smoke");
});

test("init: an image that is no service is not deployed", async () => {
  const config = await configFor({ Dockerfile: "FROM python:3.11\nCOPY . .\n" });
  expect(config).toMatchObject({ images: [{ name: "app", dockerfile: "Dockerfile" }], deploy: false });
});

test("init: a Dockerfile in a folder is built there only if what it copies is there", async () => {
  const files = {
    "serving/Dockerfile": "FROM python:3.11\nCOPY app.py .\n",
    "serving/app.py": "",
    "batch/Dockerfile": "FROM python:3.11\nCOPY src src\n",
    "src/a.py": "",
  };
  expect((await configFor(files)).images).toEqual([
    { name: "batch", dockerfile: "batch/Dockerfile" },
    { name: "serving", dockerfile: "serving/Dockerfile", context: "serving" },
  ]);
});

const HAND = "name: CI\non: push\njobs: {}\n";

test("init: workflows written by hand keep their files, the generated ones get other names", async () => {
  expect((await configFor({ ".github/workflows/ci.yaml": HAND })).files).toEqual({
    ci: "pipeline-ci.yaml",
    cd: "pipeline-cd.yaml",
    nightly: "pipeline-nightly.yaml",
  });
  expect(
    (await configFor({ ".github/workflows/ci.yaml": HAND, ".github/workflows/pipeline-cd.yaml": HAND })).files,
  ).toMatchObject({ cd: "generated-cd.yaml" });
  expect(await configFor({ ".github/workflows/tests.yaml": HAND })).not.toHaveProperty("files");
});

const from = { file: ".github/workflows/cd.yaml", line: 3 };
const carrying = (...fields: CarryOver["fields"]): CarryOver => ({ files: [from.file], fields, lost: [] });
const withWorkflow = (files: Readonly<Record<string, string>>) => ({ ...files, [from.file]: HAND });

test("init: what the workflows say wins over what was found, but for what is not there", async () => {
  const files = withWorkflow({ ...service, "dvc.yaml": pipeline });
  const carried = carrying(
    { path: ["python", "version"], value: "3.12", from },
    { path: ["deploy", "aws", "cluster"], value: { variable: "CLUSTER" }, from },
    { path: ["dvc", "stages", "train"], value: ["gone", "validate"], from },
    { path: ["dvc", "remote", "url"], value: { secret: "DVC_REMOTE_URL" }, from },
  );
  const config = await configFor(files, carried);
  expect(config.python?.version).toBe("3.12");
  expect(config.deploy).toMatchObject({ aws: { cluster: { variable: "CLUSTER" } } });
  // Its metrics are made by another stage, which those workflows forget.
  expect(config.dvc?.stages).toMatchObject({ train: ["score", "validate"] });
  expect(config.dvc).not.toHaveProperty("remote");
  expect((await proposed(files, carried)).lost.map(({ what }) => what)).toEqual([expect.stringContaining("`gone`")]);
});

test("init: a command of a workflow that names a lost file gets the one that is there", async () => {
  const carried = carrying({
    path: ["freshness", "command"],
    value: "python -m churn.age --config conf/gone.yaml",
    from,
  });
  const config = await configFor(withWorkflow({ "conf/now.yaml": "a: 1\n" }), carried);
  expect(config.freshness).toMatchObject({ command: "python -m churn.age --config conf/now.yaml" });
});

test("init: what no config can hold, or does not fit the rest, is left out and left open", async () => {
  const carried = carrying(
    { path: ["nightly", "cron"], value: "every day", from },
    { path: ["deploy", "image"], value: "gone", from },
  );
  const files = withWorkflow(service);
  expect(await configFor(files, carried)).not.toHaveProperty("nightly.cron");
  expect(await openFor(files, carried)).toEqual(expect.arrayContaining(["nightly.cron", "deploy.image"]));
});

test("init: broken files of every kind still leave a config", async () => {
  const broken = "\u0000{[\t: &a *b ${\n\"'";
  const files = Object.fromEntries(
    [
      "pyproject.toml",
      "dvc.yaml",
      "requirements.txt",
      "Dockerfile",
      ".dvc/config",
      "a.dvc",
      "sample_payload.json",
      "uv.lock",
      ".python-version",
      "src/a/__init__.py",
      "conf/a.yaml",
      "ecs/task.json",
    ].map(file => [file, broken]),
  );
  expect((await configFor(files)).name).toBe("repository");
});
