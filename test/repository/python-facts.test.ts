import { expect, test } from "vitest";
import {
  modificationTimes,
  readPaths,
  refusals,
  trackingUris,
  writtenPaths,
} from "../../src/repository/python/code-facts.ts";
import type { Program } from "../../src/repository/python/program.ts";
import { programOf } from "../../src/repository/python/program.ts";
import { pathText } from "../../src/repository/python/values.ts";
import { repositoryOf } from "../support/contents.ts";

const follow = (text: string, others: Readonly<Record<string, string>> = {}, words = "", folder = "."): Program => {
  const program = programOf(
    repositoryOf({ [folder === "." ? "tool.py" : `${folder}/tool.py`]: text, ...others }),
    folder,
    { kind: "script", name: "tool.py" },
    words === "" ? [] : words.split(" "),
  );
  if (!program) throw new Error("no program");
  return program;
};

const written = (...args: Parameters<typeof follow>): readonly string[] => [
  ...new Set(
    writtenPaths(follow(...args)).map(
      ({ path, isFolder, isConditional }) => `${path}${isFolder ? "/" : ""}${isConditional ? "?" : ""}`,
    ),
  ),
];

test.for([
  ['open("a.txt", "w")', "a.txt"],
  ['open(file="a.txt", mode="a")', "a.txt"],
  ['from pathlib import Path\nPath("r", "a.txt").write_text("")', "r/a.txt"],
  ['from pathlib import Path\n(Path("r") / "a").with_suffix(".json").open("wb")', "r/a.json"],
  ['import os\nos.makedirs(os.path.join("r", "s"), exist_ok=True)', "r/s/"],
  ['import pandas as pd\npd.DataFrame().to_csv("r/a.csv")', "r/a.csv"],
  ['import joblib\njoblib.dump(model, "m.joblib")', "m.joblib"],
  ['import shutil\nshutil.copy("a", "b")', "b"],
  ['from pathlib import Path\nROOT = Path(__file__).resolve().parent\n(ROOT / "out").mkdir()', "out/"],
  ['NAME = "a"\nopen(f"r/{NAME}-{1}.txt", "w")', "r/a-1.txt"],
  ['for name in ("a", "b"):\n    open("r/" + name, "w")', "r/a,r/b"],
  ['with open("../a.txt", "w") as f: pass', ""],
  ['open("/tmp/a.txt", "w")\nopen(unknown, "w")\nopen("s3://a/b", "w")', ""],
] as const)("facts: %s writes %s", ([text, paths]) => {
  expect(written(`${text}\n`).join()).toBe(paths);
});

test("facts: paths are relative to the repository, whatever folder the program runs in", () => {
  const text =
    'from pathlib import Path\nopen("r/a", "w")\nopen("../b", "w")\n(Path(__file__).parents[1] / "c").touch()\n';
  expect(written(text, {}, "", "models/churn")).toEqual(["models/churn/r/a", "models/b", "models/c"]);
});

test("facts: a path may come from an option, its default, a constant of another module, or a file of settings", () => {
  const others = {
    "project.py": `import yaml
from pathlib import Path
REPORTS = Path("reports")
def settings(path):
    with open(path) as file:
        return yaml.safe_load(file)
def write(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
`,
    "c.yaml": `paths:\n  model: models/m.joblib\n  more: $${"{other}"}/x\n`,
  };
  const text = `import argparse, joblib
from pathlib import Path
import project

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config")
    parser.add_argument("--output", type=Path, default=project.REPORTS / "out.json")
    args = parser.parse_args()
    paths = project.settings(args.config)["paths"]
    joblib.dump(1, paths["model"])
    joblib.dump(1, paths["more"])
    project.write(args.output, "")

if __name__ == "__main__":
    main()
`;
  expect(written(text, others, "--config c.yaml")).toEqual(["models/m.joblib", "reports/", "reports/out.json"]);
  expect(written(text, others, "--config c.yaml --output o/p.json")).toEqual(["models/m.joblib", "o/", "o/p.json"]);
  const program = follow(text, others, "--config c.yaml");
  expect(readPaths(program).map(({ path }) => path)).toEqual(["c.yaml"]);
  expect(writtenPaths(program).at(-1)).toMatchObject({
    spot: { file: "project.py", line: 9 },
    cause: { file: "tool.py", line: 13 },
  });
});

test("facts: settings may be read into classes", () => {
  const text = `import yaml
from dataclasses import dataclass, field
from pydantic import BaseModel

class Paths(BaseModel):
    model: str
    report: str = "r.json"

@dataclass
class Tracking:
    uri: str = "mlruns"

@dataclass
class Config:
    paths: Paths
    tracking: Tracking = field(default_factory=Tracking)

    @classmethod
    def load(cls, path):
        data = yaml.safe_load(open(path))
        return cls(paths=Paths(**data["paths"]))

config = Config.load("c.yaml")
open(config.paths.model, "w")
open(config.paths.report, "w")
open(config.tracking.uri, "w")
`;
  expect(written(text, { "c.yaml": "paths: { model: m.bin }\n" })).toEqual(["m.bin", "r.json", "mlruns"]);
});

test("facts: settings may be written out and read again to make objects of them", () => {
  const text = `import json, yaml
from pathlib import Path
from types import SimpleNamespace
values = yaml.safe_load(Path("c.yaml").read_text())
config = json.loads(json.dumps(values), object_hook=lambda keys: SimpleNamespace(**keys))
open(config.paths.model, "w")
`;
  expect(written(text, { "c.yaml": "paths: { model: m.bin }\n" })).toEqual(["m.bin"]);
});

test("facts: what is written in some cases only is known to be", () => {
  const text = `import os
if os.environ.get("X"):
    open("a", "w")
try:
    open("b", "w")
except OSError:
    open("c", "w")
    raise
if not os.path.exists("x"):
    raise SystemExit("no x")
open("d", "w")
if unknown():
    raise SystemExit
open("e", "w")
`;
  expect(written(text)).toEqual(["a?", "b", "c?", "d", "e?"]);
});

test("facts: a branch that the words or the settings rule out is not gone", () => {
  const text = `import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--split", default="train")
parser.add_argument("--dry-run", action="store_true")
args = parser.parse_args()
if args.split == "train":
    open("train", "w")
else:
    open("test", "w")
if not args.dry_run:
    open("done", "w")
`;
  expect(written(text)).toEqual(["train", "done"]);
  expect(written(text, {}, "--split test --dry-run")).toEqual(["test"]);
});

const uris = (text: string, others: Readonly<Record<string, string>> = {}) =>
  trackingUris(follow(`import mlflow, os, yaml\n${text}`, others)).map(({ fixed }) => fixed && pathText(fixed));

test("facts: a tracking URI that the environment has no say in is fixed", () => {
  expect(uris('mlflow.set_tracking_uri("mlruns")\n')).toEqual(["mlruns"]);
  expect(uris('mlflow.MlflowClient(tracking_uri="http://x")\n')).toEqual(["http://x"]);
  expect(uris('os.environ["MLFLOW_TRACKING_URI"] = "mlruns"\n')).toEqual(["mlruns"]);
  const [found] = trackingUris(
    follow('import mlflow, yaml\nc = yaml.safe_load(open("c.yaml"))\nmlflow.set_tracking_uri(c["tracking"]["uri"])\n', {
      "c.yaml": "tracking:\n  uri: mlruns\n",
    }),
  );
  expect(found?.fixed).toMatchObject({
    value: "mlruns",
    origin: { keys: "tracking.uri", spot: { file: "c.yaml", line: 2 } },
  });
});

test.for([
  'mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])',
  'mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", "mlruns"))',
  'mlflow.set_tracking_uri(os.getenv("MLFLOW_TRACKING_URI") or "mlruns")',
  'if "MLFLOW_TRACKING_URI" not in os.environ:\n    mlflow.set_tracking_uri("mlruns")',
  'uri = os.getenv("MLFLOW_TRACKING_URI")\nif not uri:\n    uri = "mlruns"\nmlflow.set_tracking_uri(uri)',
  'def connect():\n    if os.getenv("MLFLOW_TRACKING_URI"):\n        return\n    mlflow.set_tracking_uri("mlruns")\nconnect()',
  "mlflow.set_tracking_uri(unknown())",
  'if unknown():\n    mlflow.set_tracking_uri("mlruns")',
  'class Settings(BaseSettings):\n    uri: str = "mlruns"\nmlflow.set_tracking_uri(Settings().uri)',
])("facts: the environment, or nobody knows what, decides in %s", text => {
  expect(uris(`from pydantic_settings import BaseSettings\n${text}\n`).filter(uri => uri !== undefined)).toEqual([]);
});

test("facts: the time of a file is looked at, in every way there is", () => {
  const text = `import os
from pathlib import Path
os.path.getmtime("a")
Path("b").stat().st_mtime
os.stat("c").st_mtime_ns
Path("d").stat().st_size
`;
  expect(modificationTimes(follow(text)).map(({ path, spot }) => `${path}:${spot.line}`)).toEqual([
    "a:3",
    "b:4",
    "c:5",
  ]);
});

const refused = (body: string): readonly (number | undefined)[] =>
  refusals(
    follow(`import sys, logging
from pathlib import Path
from mlflow import MlflowClient
def promote():
    MlflowClient().set_registered_model_alias("m", "production", 1)
${body}`),
  ).map(({ spot }) => spot.line);

test("facts: a program that goes home without a promotion, and without a failure, refuses silently", () => {
  expect(
    refused(`def main():
    if not Path("r.json").exists():
        logging.warning("no report")
        return
    if unknown():
        return 0
    if unknown():
        sys.exit(0)
    promote()
if __name__ == "__main__":
    main()
`),
  ).toEqual([9, 11, 13]);
});

test("facts: a refusal that fails, or that somebody looks at, is not silent", () => {
  expect(
    refused(`def main():
    if not Path("r.json").exists():
        return 1
    if unknown():
        raise ValueError("no")
    if unknown():
        sys.exit("no")
    promote()
    return 0
sys.exit(main())
`),
  ).toEqual([]);
  expect(
    refused(`def attempt():
    if unknown():
        return None
    promote()
    return "done"
result = attempt()
if result is None:
    sys.exit(1)
`),
  ).toEqual([]);
});

test("facts: an exit code that never gets out is silent", () => {
  expect(
    refused(`def main():
    if unknown():
        return 1
    promote()
    return 0
main()
`),
  ).toEqual([8]);
});

test("facts: what a caller ignores is silent too", () => {
  expect(
    refused(`def attempt():
    if unknown():
        return None
    promote()
attempt()
`),
  ).toEqual([8]);
});
