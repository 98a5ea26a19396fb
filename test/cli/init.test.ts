import { expect, test } from "vitest";
import type { Repository } from "../support/repo.ts";
import { CD, CI, CONFIG, NIGHTLY, repository } from "../support/repo.ts";
import { runOnTerminal } from "../support/terminal.ts";

const YAML = "pipeline.config.yaml";

const DVC = `stages:
  fit:
    cmd: python -m churn.fit
    outs:
      - models/churn.joblib
  validate:
    cmd: python -m churn.validate
    deps:
      - models/churn.joblib
    outs:
      - reports/validation.json
`;

const churn = (more: Readonly<Record<string, string>> = {}): Repository => {
  const repo = repository({
    "dvc.yaml": DVC,
    "pyproject.toml": '[project]\nname = "churn"\nversion = "1"\ndependencies = ["dvc", "pytest"]\n',
    "src/churn/__init__.py": "",
    "tests/test_churn.py": "",
    ...more,
  });
  repo.commit();
  return repo;
};

const HAND = `on:
  push:
    branches: [main]
jobs:
  build:
    runs-on: ubuntu-22.04
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: dvc repro validate
`;

test("init: what it writes generates workflows that check finds up to date", async () => {
  const repo = churn();
  const { code, stdout, stderr } = await repo.cli("init", "--yes");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^created {2}pipeline\.config\.ts\n/);
  expect(repo.read(CONFIG)).toContain('dvc: { stages: { train: "validate", drift: false }, remote: false }');
  expect((await repo.cli("generate")).code).toBe(0);
  expect((await repo.cli("check")).code).toBe(0);
});

test("init: it says what it found and why, what it could not decide, what is lacking, and what is next", async () => {
  const { stdout } = await churn({ "data/a.csv.dvc": "outs:\n- path: a.csv\n" }).cli("init");
  expect(stdout).toMatch(/^Found:\n {2}name +churn +the name is that in `pyproject\.toml`$/m);
  expect(stdout).toMatch(/^Not decided:\n {2}dvc\.remote: .*\n {4}→ push the data/m);
  expect(stdout).toMatch(/^Doctor: \d+ /m);
  expect(stdout).toMatch(/^Next:\n {2}npx creditrisk-ci generate/m);
});

test("init: what the doctor finds is no failure of init", async () => {
  const repo = churn({
    "dvc.yaml": DVC.replace("models/churn.joblib\n    outs", "data/nowhere.csv\n      - models/churn.joblib\n    outs"),
  });
  const { code, stdout } = await repo.cli("init", "--yes");
  expect(stdout).toMatch(/^Doctor: \d+ errors?/m);
  expect(code).toBe(0);
  expect((await repo.cli("doctor")).code).toBe(1);
});

test("init: --dry-run prints the config alone on standard output, and writes nothing", async () => {
  const repo = churn();
  const before = repo.snapshot();
  const dry = await repo.cli("init", "--yes", "--dry-run");
  expect(dry.code).toBe(0);
  expect(dry.stderr).toMatch(/^Found:$/m);
  expect(dry.stderr).toMatch(/^Nothing was written\.$/m);
  expect(repo.snapshot()).toEqual(before);
  await repo.cli("init", "--yes");
  expect(repo.read(CONFIG)).toBe(dry.stdout);
  expect((await churn().cli("init", "--dry-run", "--quiet")).stderr).toBe("");
});

test("init: --yaml writes the same config in YAML", async () => {
  const [script, yaml] = [churn(), churn()];
  await script.cli("init", "--yes");
  const { code, stdout } = await yaml.cli("init", "--yes", "--yaml");
  expect(code).toBe(0);
  expect(stdout).toContain("creditrisk-ci schema > pipeline.schema.json");
  expect(yaml.has(CONFIG)).toBe(false);
  expect(yaml.read(YAML)).toMatch(/^# yaml-language-server: \$schema=pipeline\.schema\.json\n$/m);
  for (const repo of [script, yaml]) expect((await repo.cli("generate")).code).toBe(0);
  // But for the name of the config, and the hash of the text that holds it.
  for (const file of [CI, CD, NIGHTLY])
    expect(yaml.read(file).replaceAll(YAML, CONFIG).split("\n").slice(3)).toEqual(
      script.read(file).split("\n").slice(3),
    );
});

test.each([
  [CONFIG, "export default {};\n"],
  ["pipeline.config.json", "{}"],
  ["pipeline.config.yml", "not: [a config"],
])("init: a config that is there is left alone: %s", async (file, text) => {
  const repo = churn({ [file]: text });
  const before = repo.snapshot();
  for (const args of [[], ["--yes"], ["--yaml"], ["--dry-run"]]) {
    const { code, stdout, stderr } = await repo.cli("init", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`there is a config: \`${file}\``);
  }
  expect(repo.snapshot()).toEqual(before);
});

test("init: a config in a folder above is one, too", async () => {
  const repo = churn({ [CONFIG]: "export default {};\n", "src/deep/a.txt": "" });
  const { code, stderr } = await repo.cli("init", "--yes", "--cwd", "src/deep");
  expect(code).toBe(2);
  expect(stderr).toContain("[usage/config-exists]");
});

test("init: from a folder within, the config goes to the root of the repository", async () => {
  const repo = churn();
  expect((await repo.cli("init", "--yes", "--cwd", "src/churn")).code).toBe(0);
  expect(repo.has(CONFIG)).toBe(true);
  expect(repo.has(`src/churn/${CONFIG}`)).toBe(false);
});

test("init: --config names another file, of a kind that init writes, within the repository", async () => {
  const repo = churn();
  expect((await repo.cli("init", "--yes", "--config", "ci/delivery.yaml")).code).toBe(0);
  expect(repo.read("ci/delivery.yaml")).toContain("name: churn");
  const before = repo.snapshot();
  for (const [file, code] of [
    ["ci/delivery.yaml", "usage/config-exists"],
    ["delivery.json", "usage/init-form"],
    ["../delivery.ts", "usage/init-outside"],
  ] as const) {
    const ran = await repo.cli("init", "--yes", "--config", file);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`[${code}]`);
  }
  expect(repo.snapshot()).toEqual(before);
});

test("init: outside of a repository there is nothing to look at", async () => {
  const { code, stderr } = await churn().cli("init", "--yes", "--cwd", "/");
  expect(code).toBe(2);
  expect(stderr).toContain("[usage/no-repository]");
});

test("init: as JSON, all of it is data", async () => {
  const repo = churn({ "data/a.csv.dvc": "outs:\n- path: a.csv\n", ".github/workflows/cd.yaml": HAND });
  const { code, stdout } = await repo.cli("init", "--format", "json");
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    command: "init",
    exitCode: 0,
    files: [{ file: CONFIG, status: "created" }],
    config: { file: CONFIG, text: repo.read(CONFIG) },
    pipelines: [{ name: "churn" }],
    carriedOver: { files: [".github/workflows/cd.yaml"], lost: expect.any(Array) },
    handWritten: [".github/workflows/cd.yaml"],
    doctor: { findings: expect.any(Array) },
  });
  expect(report.pipelines[0].undecided).toContainEqual(expect.objectContaining({ what: "dvc.remote" }));
  expect(report.pipelines[0].found).toContainEqual(
    expect.objectContaining({
      field: "python.version",
      value: "3.12",
      from: expect.objectContaining({ line: expect.any(Number) }),
    }),
  );
});

test("init: a dry run as JSON writes nothing either", async () => {
  const repo = churn();
  const { stdout } = await repo.cli("init", "--dry-run", "--format", "json");
  expect(JSON.parse(stdout)).toMatchObject({
    files: [],
    config: { file: CONFIG, text: expect.stringContaining("defineConfig") },
  });
  expect(repo.has(CONFIG)).toBe(false);
});

test("init: workflows written by hand are carried over, kept, and not in the way", async () => {
  const files = { [CD]: HAND, [CI]: HAND.replace("[main]", "[dev]") };
  const repo = churn(files);
  const { stdout } = await repo.cli("init", "--yes");
  expect(stdout).toMatch(/python\.version +3\.12 +carried over from `\.github\/workflows\/c[id]\.yaml:\d+`/);
  expect(stdout).toContain(`git rm ${CD} ${CI}`);
  expect((await repo.cli("generate")).code).toBe(0);
  expect((await repo.cli("check")).code).toBe(0);
  for (const [file, text] of Object.entries(files)) expect(repo.read(file)).toBe(text);
  expect(repo.has(".github/workflows/pipeline-cd.yaml")).toBe(true);
});

test("init: names that a terminal would obey are shown, not obeyed", async () => {
  const repo = churn({ "dvc.yaml": DVC.replaceAll("models/churn.joblib", '"models/\\e[31mred.joblib"') });
  const { code, stdout, stderr } = await repo.cli("init", "--yes");
  expect(code).toBe(0);
  expect(`${stdout}${stderr}${repo.read(CONFIG)}`).not.toContain("\u001b");
});

test("init: a disk that refuses is the machine's fault", async () => {
  const repo = churn();
  const { code, stderr } = await repo.cli("init", "--yes", "--config", "dvc.yaml/pipeline.config.ts");
  expect({ code, stderr: stderr.includes("[machine/files]") }).toEqual({ code: 4, stderr: true });
});

const QUESTION = /(?:What|Which|From which|Where|Who) [^?\n]*\?/g;

const onTerminal = (repo: Repository, keys: readonly string[]) => runOnTerminal(repo.root, ["init"], QUESTION, keys);

test("init: on a terminal it asks, and the enter key takes what was found", async () => {
  const [asked, silent] = [churn(), churn()];
  const { code, shown } = await onTerminal(asked, Array(8).fill("\r"));
  expect(code, shown).toBe(0);
  await silent.cli("init", "--yes");
  expect(asked.read(CONFIG)).toBe(silent.read(CONFIG));
});

test("init: who goes away with Ctrl-C finds nothing written", async () => {
  const repo = churn();
  const { code, shown } = await onTerminal(repo, ["\r", "\u0003"]);
  expect(code).toBe(0);
  expect(shown).toContain("Nothing was written.");
  expect(repo.has(CONFIG)).toBe(false);
});
