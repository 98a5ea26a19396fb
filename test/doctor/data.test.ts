import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { ExampleFiles } from "../../src/doctor/check.ts";
import { dataChecks } from "../../src/doctor/checks/data/index.ts";
import { applied } from "../../src/doctor/fix.ts";
import { examineExample } from "./examination.ts";
import { laidOver } from "./sound-repository.ts";

const examineData = async (files: ExampleFiles) => {
  const findings = await examineExample(files, dataChecks);
  return findings.map(({ diagnostic: { file, line, code, severity, message, hint }, fix }) => ({
    ...{ place: `${file}:${line}`, code: code.replace("repository/", ""), severity, message, hint, fix },
  }));
};
const codes = async (files: ExampleFiles) => (await examineData(files)).map(({ code }) => code);
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

const STAGES = `stages:
  fit:
    cmd: python -m demo.fit --config configs/demo.yaml
    deps: [configs/demo.yaml, data/raw/loans.csv]
    outs: [models/model.joblib, reports/metrics.json, reports/registry_promotion.json]
  validate_model:
    cmd: python -m demo.validate
    deps: [models/model.joblib, reports/metrics.json]
    outs: [reports/post_training_validation.json]
  monitor_drift:
    cmd: python -m demo.drift
    deps: [data/raw/loans.csv]
    outs: [reports/drift_report.json]
`;
const LOCK = "schema: '2.0'\nstages:\n  fit: {cmd: a}\n  validate_model: {cmd: b}\n  monitor_drift: {cmd: c}\n";
const train = (...stages: readonly string[]) =>
  `dvc: { stages: { train: [${stages.map(stage => `"${stage}"`).join(", ")}], drift: monitor_drift } }\n`;

test("missing-dvc-yaml: another folder that has one is named, and stages elsewhere need none at the root", async () => {
  const [first] = await examineData({ "dvc.yaml": null, "ml/dvc.yaml": STAGES });
  expect(first).toMatchObject({ code: "missing-dvc-yaml", hint: expect.stringContaining("ml/dvc.yaml") });
  expect(
    await codes({
      "dvc.yaml": null,
      "dvc.lock": null,
      "etl/dvc.yaml": "stages:\n  load: {cmd: load}\n",
      "etl/dvc.lock": "stages:\n  load: {cmd: load}\n",
      "pipeline.config.yaml": 'dvc: { stages: { train: ["etl/dvc.yaml:load"], drift: ["etl/dvc.yaml:load"] } }\n',
    }),
  ).toEqual([]);
});

test("missing-stage: a slip of the fingers is told apart from what is named otherwise", async () => {
  const slip = await examineData({ "pipeline.config.yaml": train("validate_modle") });
  expect(slip).toMatchObject([{ severity: "error", hint: "did you mean `validate_model`?" }]);
  const other = await examineData({ "pipeline.config.yaml": train("zzz") });
  expect(other).toMatchObject([{ hint: "the stages are `fit`, `validate_model`, `monitor_drift`" }]);
});

test("missing-stage: items and files are looked at as well", async () => {
  const group = "  tune:\n    foreach: [eu, us]\n    do: {cmd: tune}\n";
  const files = { "dvc.yaml": `${STAGES}${group}`, "dvc.lock": `${LOCK}  tune@eu: {cmd: a}\n  tune@us: {cmd: a}\n` };
  expect(await codes({ ...files, "pipeline.config.yaml": train("validate_model", "tune@eu", "tune") })).toEqual([]);
  const item = await examineData({ ...files, "pipeline.config.yaml": train("validate_model", "tune@eux") });
  expect(item).toMatchObject([{ code: "missing-stage", hint: "did you mean `tune@eu`?" }]);
  const file = await examineData({ "pipeline.config.yaml": train("validate_model", "etl/dvc.yaml:load") });
  expect(file).toMatchObject([{ message: expect.stringContaining("there is no etl/dvc.yaml") }]);
});

test("missing-stage: of a broken dvc.yaml, and of a group whose items are not known, nothing is said", async () => {
  expect(await codes({ "dvc.yaml": "stages: [" })).toEqual([]);
  const group = `vars: [values.py]\nstages:\n  tune:\n    foreach: \${items}\n    do: {cmd: tune}\n`;
  expect(
    await codes({
      "dvc.yaml": `${STAGES}${group.replace("stages:\n", "").replace("vars: [values.py]\n", "")}vars: [values.py]\n`,
      "values.py": "items = ['eu']\n",
      "pipeline.config.yaml": train("validate_model", "tune@eu"),
      "dvc.lock": LOCK,
    }),
  ).toEqual([]);
});

test("stage-cycle: the way round is told, and a stage that needs what it writes is one", async () => {
  const [round] = await examineData({
    "dvc.yaml": STAGES.replace("[configs/demo.yaml, data/raw/loans.csv]", "[reports/post_training_validation.json]"),
  });
  expect(round).toMatchObject({
    code: "stage-cycle",
    severity: "error",
    message: expect.stringMatching(/`.*` → `.*` → `/),
  });
  const [self] = await examineData({ "dvc.yaml": STAGES.replace("[configs/demo.yaml,", "[models/model.joblib,") });
  expect(self).toMatchObject({ message: "stage `fit` depends on what it writes itself" });
});

test("duplicate-output: one output within another is as bad as the same", async () => {
  const found = await examineData({
    "dvc.yaml": STAGES.replace("outs: [reports/drift_report.json]", "outs: [reports]"),
  });
  expect(found.map(({ code }) => code)).toEqual(["duplicate-output", "duplicate-output", "duplicate-output"]);
  expect(found[0]?.message).toContain("within reports, which `monitor_drift` writes");
});

test("orphan-dependency: each thing is told once, with all stages that need it", async () => {
  const found = await examineData({ "loans.csv.dvc": null });
  expect(found).toMatchObject([
    {
      code: "orphan-dependency",
      severity: "error",
      place: "dvc.yaml:6",
      message: expect.stringContaining("the stages `fit` and `monitor_drift` depend on data/raw/loans.csv"),
      hint: expect.stringContaining("dvc add data/raw/loans.csv"),
    },
  ]);
});

test("orphan-dependency: what a program writes besides its outputs is told with its place, as a risk", async () => {
  const found = await examineData({
    "dvc.yaml": STAGES.replace(", reports/registry_promotion.json]", "]").replace(
      "deps: [models/model.joblib, reports/metrics.json]",
      "deps: [models/model.joblib, reports/registry_promotion.json]",
    ),
  });
  expect(found.find(({ code }) => code === "orphan-dependency")).toMatchObject({
    severity: "warning",
    message: expect.stringContaining("stage `fit` writes it (src/demo/fit.py:"),
  });
});

test("orphan-dependency: a misspelt file of the repository is named", async () => {
  const [found] = await examineData({
    "dvc.yaml": STAGES.replace("configs/demo.yaml, data", "configs/demos.yaml, data"),
  });
  expect(found).toMatchObject({ code: "orphan-dependency", hint: "did you mean configs/demo.yaml?" });
});

test("orphan-dependency: a script that is run before may bring it, so that it is no more than a warning", async () => {
  const install = "python: { install: [pip install -r requirements.txt, bash scripts/download.sh] }\n";
  const found = await examineData({ "loans.csv.dvc": null, "pipeline.config.yaml": install });
  expect(found).toMatchObject([{ code: "orphan-dependency", severity: "warning" }]);
});

test("orphan-dependency: parameters of a file that is not there are missing, those of one that is are not", async () => {
  const dvcYaml = STAGES.replace("    deps: [models", "    params: [threshold]\n    deps: [models");
  expect(await codes({ "dvc.yaml": dvcYaml, "dvc.lock": LOCK })).toEqual(["orphan-dependency"]);
  expect(await codes({ "dvc.yaml": dvcYaml, "dvc.lock": LOCK, "params.yaml": "threshold: 1\n" })).toEqual([]);
});

test("orphan-dependency: a templated path, one behind a link, and one an unknown stage may write, are let be", async () => {
  const needs = (path: string) => ({
    "dvc.lock": LOCK,
    "dvc.yaml": STAGES.replace("[configs/demo.yaml,", `["${path}",`),
  });
  expect(await codes({ ...needs("vendor/x.csv"), vendor: "" })).toEqual([]);
  expect(await codes(needs("s3://bucket/x.csv"))).toEqual([]);
  expect(await codes(needs("/mnt/x.csv"))).toEqual([]);
  const open = `  other:\n    cmd: other\n    outs: ['\${name}']\nvars: [values.py]\n`;
  const { "dvc.yaml": text, ...rest } = needs("x.csv");
  expect(await codes({ ...rest, "dvc.yaml": `${text}${open}`, "values.py": "" })).toEqual([]);
});

test("undeclared-output: what a gate looks for and a stage writes without saying so is told with both places", async () => {
  const found = await examineData({
    "dvc.yaml": STAGES.replace(", reports/registry_promotion.json]", "]"),
    "dvc.lock": LOCK,
  });
  expect(found).toMatchObject([
    {
      code: "undeclared-output",
      place: "dvc.yaml:2",
      severity: "warning",
      message: expect.stringMatching(
        /stage `fit` writes reports\/registry_promotion\.json \(src\/demo\/fit\.py:\d+\), which /,
      ),
      hint: "add `reports/registry_promotion.json` to the `outs` of `fit`",
    },
  ]);
});

test("undeclared-output: what git keeps, or nobody needs, is no business of DVC", async () => {
  const dvcYaml = STAGES.replace(", reports/registry_promotion.json]", "]");
  expect(await codes({ "dvc.yaml": dvcYaml, "dvc.lock": LOCK, "reports/registry_promotion.json": "{}" })).toEqual([]);
  expect(
    await codes({
      "dvc.yaml": dvcYaml,
      "dvc.lock": LOCK,
      "pipeline.config.yaml": "promote: false\n",
    }),
  ).toEqual([]);
});

test("hidden-dvc-file: the fix narrows the pattern to the ending that all data has", async () => {
  const files = {
    ".gitignore": "/models\n/data/raw/*\n!/data/raw/*.dvc\n",
    "loans.csv.dvc": null,
    "data/raw/loans.csv.dvc": "outs:\n- path: loans.csv\n",
    "data/raw/more.csv.dvc": "outs:\n- path: more.csv\n",
  };
  const [found] = await examineData(files);
  expect(found).toMatchObject({ place: ".gitignore:2", severity: "error", hint: "write `/data/raw/*.csv` instead" });
  const { files: mended } = applied(found?.fix ? [found.fix] : [], path => laidOver(files)[path]);
  expect(mended.get(".gitignore")).toBe("/models\n/data/raw/*.csv\n!/data/raw/*.dvc\n");
  expect(await codes({ ...files, ...Object.fromEntries(mended) })).toEqual([]);
});

test("hidden-dvc-file: without one ending for all, or with a folder that is ignored, there is no fix", async () => {
  const raw = { "loans.csv.dvc": null, "data/raw/loans.csv.dvc": "outs:\n- path: loans.csv\n" };
  const mixed = { ...raw, ".gitignore": "/data/raw/*\n", "data/raw/images.dvc": "outs:\n- path: images\n" };
  const folder = { ...raw, ".gitignore": "/data/raw/\n" };
  for (const files of [mixed, folder]) {
    const [found] = await examineData(files);
    expect(found).toMatchObject({ code: "hidden-dvc-file", fix: undefined });
  }
});

test("hidden-dvc-file: data that no stage needs is a warning, a dvc.yaml or dvc.lock that is run is an error", async () => {
  const unused = { ".gitignore": "/other/*\n", "other/x.csv.dvc": "outs:\n- path: x.csv\n" };
  expect(await examineData(unused)).toMatchObject([{ code: "hidden-dvc-file", severity: "warning" }]);
  expect(await examineData({ ".gitignore": "dvc.lock\n" })).toMatchObject([
    { code: "hidden-dvc-file", severity: "error", message: expect.stringContaining("hides dvc.lock") },
  ]);
});

const lockOf = (hash: string) =>
  `schema: '2.0'\nstages:\n  fit:\n    cmd: a\n    deps:\n    - path: configs/demo.yaml\n      md5: ${hash}\n  validate_model: {cmd: b}\n  monitor_drift: {cmd: c}\n`;

test("crlf-lock: a hash of Windows is told with the stages it concerns, and .gitattributes is the fix", async () => {
  const files = { "dvc.lock": lockOf(md5("target: defaulted\r\n")), ".gitattributes": "*.png binary\n" };
  const [found] = await examineData(files);
  expect(found).toMatchObject({
    code: "crlf-lock",
    place: "dvc.lock:6",
    message: expect.stringContaining("`fit` counts"),
  });
  const { files: mended } = applied(found?.fix ? [found.fix] : [], path => laidOver(files)[path]);
  expect(mended.get(".gitattributes")).toBe("* text=auto eol=lf\n*.png binary\n");
});

test("crlf-lock: any other hash, and a file that git keeps with such line ends, says nothing", async () => {
  expect(await codes({ "dvc.lock": lockOf(md5("target: defaulted\n")) })).toEqual([]);
  expect(await codes({ "dvc.lock": lockOf(md5("something else\r\n")) })).toEqual([]);
  expect(await codes({ "dvc.lock": lockOf(md5("a: 1\r\n")), "configs/demo.yaml": "a: 1\r\n" })).toEqual([]);
});

test("unpulled-data: a pipeline without data of DVC needs no remote", async () => {
  const remote = `${train("validate_model").trim().slice(0, -1)}, remote: false }\n`;
  expect(await codes({ "pipeline.config.yaml": remote })).toEqual(["unpulled-data"]);
  expect(
    await codes({
      "pipeline.config.yaml": remote,
      "dvc.yaml": STAGES.replaceAll("data/raw/loans.csv", "configs/demo.yaml").replace(
        "[configs/demo.yaml, configs",
        "[configs",
      ),
      "dvc.lock": LOCK,
    }),
  ).toEqual([]);
});

test("no-default-remote: a default that is not defined is told where it is named; a defined one is enough", async () => {
  const config = {
    "pipeline.config.yaml": `${train("validate_model").trim().slice(0, -1)}, remote: false }\npython: { install: [pip install -e ., dvc pull] }\n`,
  };
  const undefinedRemote = await examineData({ ...config, ".dvc/config": "[core]\n    remote = store\n" });
  expect(undefinedRemote.find(({ code }) => code === "no-default-remote")).toMatchObject({ place: ".dvc/config:2" });
  const defined = "[core]\n    remote = store\n['remote \"store\"']\n    url = s3://bucket\n";
  expect(await codes({ ...config, ".dvc/config": defined })).toEqual(["unpulled-data"]);
});

test("missing-lock: stages without a record are listed once for each file", async () => {
  const found = await examineData({ "dvc.lock": "schema: '2.0'\nstages:\n  fit: {cmd: a}\n" });
  expect(found).toMatchObject([
    {
      code: "missing-lock",
      severity: "warning",
      message: expect.stringContaining("`validate_model` and `monitor_drift`"),
    },
  ]);
  expect(await codes({ "dvc.lock": "stages: [" })).toEqual([]);
});

test("workflow-dependency: another workflow, and another file of .github, are none that are generated", async () => {
  const needs = (path: string) => ({
    "dvc.yaml": STAGES.replace("[configs/demo.yaml,", `["${path}",`),
    "dvc.lock": LOCK,
    [path]: "",
  });
  expect(await codes(needs(".github/workflows/cd.yaml"))).toEqual(["workflow-dependency"]);
  expect(await codes(needs(".github/workflows/other.yaml"))).toEqual([]);
});

test("data: a thousand dvc.yaml files and as many stages are examined in a moment", async () => {
  const files: Record<string, string> = { "dvc.yaml": STAGES, "dvc.lock": LOCK };
  for (let n = 0; n < 1000; n += 1)
    files[`p${n}/dvc.yaml`] = `stages:\n  s${n}: {cmd: a, deps: [../p${n + 1}/out], outs: [out]}\n`;
  const start = performance.now();
  expect(await codes(files)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(5000);
});
