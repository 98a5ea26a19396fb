import { parse, stringify } from "yaml";
import type { ExampleFiles } from "../../src/doctor/check.ts";

const CONFIG = "pipeline.config.yaml";

const fields = {
  name: "demo",
  python: { install: ["pip install -r requirements.txt", "pip install --no-deps -e ."] },
  freshness: { command: "python -m demo.freshness" },
  images: [{ name: "api", dockerfile: "Dockerfile" }],
  promote: {
    command: "python -m demo.promote --stage Production --log reports/promotion.json",
    evidence: "reports/promotion.json",
  },
  artifacts: {
    bundle: [
      { path: "reports/metrics.json", required: true },
      { path: "models/model.joblib", required: true },
      { path: "reports/post_training_validation.json", required: true },
    ],
    nightly: [{ path: "reports/data_freshness.json", required: true }, "reports/drift_report.json"],
  },
  nightly: { cron: "17 6 * * *", monitor: { command: "python -m demo.monitor" } },
};

/** A small repository in which everything fits: no check has anything to say of it. */
const files: Readonly<Record<string, string>> = {
  [CONFIG]: stringify(fields),
  ".gitignore": "/data\n/models\n/reports\n/mlruns\n",
  ".gitattributes": "* text=auto eol=lf\n",
  ".python-version": "3.11\n",
  ".dvc/config": "",
  ".dockerignore": ".git\n.dvc\ndata\n",
  Dockerfile: `FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt pyproject.toml ./
COPY src ./src
COPY models ./models
RUN pip install -r requirements.txt && pip install --no-deps .
EXPOSE 8080
CMD ["uvicorn", "demo.serve:app", "--host", "0.0.0.0", "--port", "8080"]
`,
  "dvc.yaml": `stages:
  fit:
    cmd: python -m demo.fit --config configs/demo.yaml
    deps:
      - configs/demo.yaml
      - data/raw/loans.csv
    outs:
      - models/model.joblib
      - reports/metrics.json
      - reports/registry_promotion.json
  validate_model:
    cmd: python -m demo.validate
    deps:
      - models/model.joblib
      - reports/metrics.json
    outs:
      - reports/post_training_validation.json
  monitor_drift:
    cmd: python -m demo.drift
    deps:
      - data/raw/loans.csv
    outs:
      - reports/drift_report.json
`,
  "dvc.lock": `schema: '2.0'
stages:
  fit:
    cmd: python -m demo.fit --config configs/demo.yaml
    deps:
    - path: configs/demo.yaml
      hash: md5
      md5: c3f1e5f4f8e5f3a0b5b9f0b2f4f9d1a1
      size: 12
    - path: data/raw/loans.csv
      hash: md5
      md5: 6f5902ac237024bdd0c176cb93063dc4
      size: 12
    outs:
    - path: models/model.joblib
      hash: md5
      md5: 0cc175b9c0f1b6a831c399e269772661
      size: 1
    - path: reports/metrics.json
      hash: md5
      md5: 92eb5ffee6ae2fec3ad71c777531578f
      size: 1
    - path: reports/registry_promotion.json
      hash: md5
      md5: 4a8a08f09d37b73795649038408b5f33
      size: 1
  validate_model:
    cmd: python -m demo.validate
    deps:
    - path: models/model.joblib
      hash: md5
      md5: 0cc175b9c0f1b6a831c399e269772661
      size: 1
    - path: reports/metrics.json
      hash: md5
      md5: 92eb5ffee6ae2fec3ad71c777531578f
      size: 1
    outs:
    - path: reports/post_training_validation.json
      hash: md5
      md5: 8277e0910d750195b448797616e091ad
      size: 1
  monitor_drift:
    cmd: python -m demo.drift
    deps:
    - path: data/raw/loans.csv
      hash: md5
      md5: 6f5902ac237024bdd0c176cb93063dc4
      size: 12
    outs:
    - path: reports/drift_report.json
      hash: md5
      md5: e1671797c52e15f763380b45e841ec32
      size: 1
`,
  "loans.csv.dvc":
    "outs:\n- md5: 6f5902ac237024bdd0c176cb93063dc4\n  size: 12\n  hash: md5\n  path: data/raw/loans.csv\n",
  "configs/demo.yaml": "target: defaulted\n",
  "pyproject.toml": `[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.11"

[tool.setuptools.packages.find]
where = ["src"]
`,
  "requirements.txt": `bandit==1.8.6
dvc[s3]==3.67.1
fastapi==0.128.0
joblib==1.5.3
mlflow==3.9.0
pytest==9.0.2
ruff==0.14.6
uvicorn==0.38.0
`,
  "sample_payload.json": '{"records": [{"amount": 1200}]}\n',
  "src/demo/__init__.py": "",
  "src/demo/fit.py": `"""Fits the model."""
import argparse
import json
from pathlib import Path

import joblib


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.parse_args()
    joblib.dump({}, "models/model.joblib")
    Path("reports/metrics.json").write_text(json.dumps({"auc": 0.7}))
    Path("reports/registry_promotion.json").write_text(json.dumps({"model_version": 1}))


if __name__ == "__main__":
    main()
`,
  "src/demo/validate.py": `"""Judges the model."""
import json
from pathlib import Path

if __name__ == "__main__":
    metrics = json.loads(Path("reports/metrics.json").read_text())
    status = "passed" if metrics["auc"] > 0.6 else "failed"
    Path("reports/post_training_validation.json").write_text(json.dumps({"status": status}))
`,
  "src/demo/drift.py": `"""Compares the columns of the data with those of the training."""
import json
from pathlib import Path

if __name__ == "__main__":
    Path("reports/drift_report.json").write_text(json.dumps({"share_of_drifted_columns": 0.0}))
`,
  "src/demo/freshness.py": `"""Judges the age of the data by the time its rows carry."""
import argparse
import json
import sys
from pathlib import Path

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--max-age-hours", type=float, default=24.0)
    parser.add_argument("--fail-on-stale", action="store_true")
    arguments = parser.parse_args()
    hours = json.loads(Path("reports/metrics.json").read_text()).get("hours", 0.0)
    stale = hours > arguments.max_age_hours
    Path("reports/data_freshness.json").write_text(json.dumps({"stale": stale}))
    if stale and arguments.fail_on_stale:
        sys.exit(1)
`,
  "src/demo/monitor.py": `"""Compares production with the training."""
import json
from pathlib import Path

if __name__ == "__main__":
    Path("reports/production_drift_report.json").write_text(json.dumps({"share_of_drifted_columns": 0.1}))
    Path("reports/retrain_trigger.json").write_text(json.dumps({"triggered": False}))
`,
  "src/demo/promote.py": `"""Promotes the model in the registry."""
import argparse
import json
import os
from pathlib import Path

import mlflow

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--stage", default="Staging")
    parser.add_argument("--log", required=True)
    arguments = parser.parse_args()
    mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])
    version = json.loads(Path("reports/registry_promotion.json").read_text())["model_version"]
    mlflow.MlflowClient().set_registered_model_alias("demo", arguments.stage, version)
    Path(arguments.log).write_text(json.dumps({"version": version}))
`,
  "src/demo/serve.py": `"""Answers requests."""
from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/predict")
def predict(body: dict) -> dict:
    return {"predictions": [{"probability": 0.5} for _ in body["records"]]}
`,
  "tests/test_fit.py": "def test_nothing_is_lost():\n    assert 1 + 1 == 2\n",
};

/** The sound repository with the files of an example laid over it. */
export const laidOver = (example: ExampleFiles = {}): Readonly<Record<string, string>> => {
  const { [CONFIG]: config, ...others } = example;
  const merged: Record<string, string> = { ...files };
  for (const [path, text] of Object.entries(others)) {
    if (text === null) delete merged[path];
    else merged[path] = text;
  }
  if (typeof config === "string") merged[CONFIG] = stringify({ ...fields, ...parse(config) });
  return merged;
};
