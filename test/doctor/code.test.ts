import { expect, test } from "vitest";
import type { ExampleFiles } from "../../src/doctor/check.ts";
import { codeChecks } from "../../src/doctor/checks/code/index.ts";
import { examineExample } from "./examination.ts";

const findings = async (example: ExampleFiles) =>
  (await examineExample(example, codeChecks)).map(({ diagnostic: { file, line, code, message, hint } }) => ({
    at: `${file}:${line}`,
    code: code.slice("repository/".length),
    message,
    hint,
  }));

const config = (fields: string): ExampleFiles => ({ "pipeline.config.yaml": `${fields}\n` });

test("code: an option that a program lacks is named, with the one that is meant", async () => {
  expect(
    await findings(
      config("promote: { command: python -m demo.promote --log a.json --stag x --stages y, evidence: a.json }"),
    ),
  ).toEqual([
    {
      at: expect.stringMatching(/^pipeline\.config\.yaml:\d+$/),
      code: "unknown-option",
      message: "`promote.command` gives `demo.promote` the option `--stages`, which src/demo/promote.py does not have",
      hint: "did you mean `--stage`?",
    },
  ]);
});

test("code: the freshness command must know what the workflows append to it", async () => {
  const found = await findings({
    "src/demo/freshness.py": "import argparse\nargparse.ArgumentParser().parse_args()\n",
  });
  expect(found.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "unknown-option: the workflows append `--fail-on-stale` to `freshness.command`, and `demo.freshness` has no such option",
    "unknown-option: the workflows append `--max-age-hours` to `freshness.command`, and `demo.freshness` has no such option",
  ]);
});

test("code: the words of a stage are looked at, where the stage says them", async () => {
  const dvc = (command: string) => `stages:
  validate_model:
    cmd: ${command}
  monitor_drift:
    cmd: python -m demo.drift
`;
  expect(await findings({ "dvc.yaml": dvc("python -m demo.fit") })).toMatchObject([
    {
      at: "dvc.yaml:3",
      code: "missing-option",
      message: "stage `validate_model` does not give `demo.fit` the option `--config`, which src/demo/fit.py requires",
    },
  ]);
  expect(await findings({ "dvc.yaml": dvc("python -m demo.fits --config configs/demo.yaml") })).toMatchObject([
    { at: "dvc.yaml:3", code: "missing-module", hint: "did you mean `demo.fit`?" },
  ]);
});

test.for([
  "python -m demo.promote --log",
  "cd src && python -m demo.nowhere --unknown",
  "PYTHONPATH=lib python -m demo.nowhere",
  "export PYTHONPATH=lib; python -m demo.nowhere",
  "python -m sklearn.nowhere --unknown",
  "python -m demo.promote $OPTIONS --unknown",
  "python -m demo.promote --unknown || true",
  'python -c "import demo" --unknown',
  "make promote --unknown",
])("code: nothing is said of the options and modules of %s", async command => {
  const found = await findings(config(`promote: { command: '${command.replaceAll("'", "''")}', evidence: a.json }`));
  expect(found.filter(({ code }) => code !== "invalid-value")).toEqual([]);
});

test("code: a value that an option does not take, or none", async () => {
  const promote = (command: string): ExampleFiles => ({
    ...config(`promote: { command: python -m demo.promote ${command}, evidence: a.json }`),
    "src/demo/promote.py": `import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--stage", choices=["staging", "production"])
parser.parse_args()
`,
  });
  expect(await findings(promote("--stage production"))).toEqual([]);
  expect(await findings(promote("--stage Production"))).toMatchObject([
    { code: "invalid-value", hint: "did you mean `production`?" },
  ]);
  expect(await findings(promote("--stage"))).toMatchObject([{ code: "invalid-value" }]);
});

const tracking = (call: string, mlflow = ""): ExampleFiles => ({
  ...config(
    `nightly: { cron: 17 6 * * *, monitor: { command: python -m demo.monitor --config configs/demo.yaml } }\n${mlflow}`,
  ),
  "configs/demo.yaml": "tracking: { uri: mlruns }\n",
  "src/demo/monitor.py": `import argparse, os, yaml, mlflow
parser = argparse.ArgumentParser()
parser.add_argument("--config")
config = yaml.safe_load(open(parser.parse_args().config))
${call}
`,
});

test("code: a tracking URI of the project's settings is told with its place", async () => {
  expect(await findings(tracking('mlflow.set_tracking_uri(config["tracking"]["uri"])'))).toMatchObject([
    {
      at: "src/demo/monitor.py:5",
      code: "hard-coded-tracking-uri",
      message:
        "MLflow is always told `mlruns`, which is `tracking.uri` in configs/demo.yaml: `mlflow.trackingUri` (by default) has no effect here",
    },
  ]);
});

test("code: a tracking URI that is the configured one, or that the environment decides, is none of our business", async () => {
  const call = 'mlflow.set_tracking_uri("https://mlflow.example.com")';
  expect(await findings(tracking(call, "mlflow: { trackingUri: https://mlflow.example.com }"))).toEqual([]);
  expect(await findings(tracking(call, "mlflow: false"))).toEqual([]);
  expect(
    await findings(tracking('mlflow.set_tracking_uri(os.getenv("MLFLOW_TRACKING_URI", config["tracking"]["uri"]))')),
  ).toEqual([]);
});

test("code: the time of a file matters to the freshness command only", async () => {
  const text = 'import os\nprint(os.path.getmtime("a.txt"))\n';
  expect(await findings({ "src/demo/drift.py": text })).toEqual([]);
  expect(await findings({ "src/demo/freshness.py": text })).toMatchObject([
    { at: "src/demo/freshness.py:2", code: "freshness-by-mtime" },
  ]);
});

test("code: a silent refusal is told once, with the other places and the file that would prove a promotion", async () => {
  const text = `import argparse, json
from pathlib import Path
from mlflow import MlflowClient

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, default="reports/promotion.json")
    args = parser.parse_args()
    if not Path("report.json").exists():
        print("nothing to promote")
        return
    if Path("stop").exists():
        return
    MlflowClient().transition_model_version_stage("m", 1, "Production")
    args.log.write_text(json.dumps({}))

main()
`;
  const example = (more: string): ExampleFiles => ({
    ...config(`promote: { command: python -m demo.promote${more} }`),
    "src/demo/promote.py": text,
  });
  expect(await findings(example(""))).toEqual([
    {
      at: "src/demo/promote.py:11",
      code: "silent-refusal",
      message: "`promote.command` ends with 0 here without having promoted, as in line 13",
      hint: "set `promote.evidence: reports/promotion.json`, or end with 1 where nothing is promoted",
    },
  ]);
  expect(await findings(example(", evidence: reports/promotion.json"))).toEqual([]);
});
