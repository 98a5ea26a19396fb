import { defineConfig } from "creditrisk-ci";

/**
 * Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is
 * not stated here has its default: `creditrisk-ci schema` lists every field.
 */
export default defineConfig({
  // The name is that in pyproject.toml.
  name: "loans",

  // .python-version names Python 3.12. The project is managed with uv. uv.lock is a lock file of
  // uv. uv.lock decides what is installed.
  python: {
    version: "3.12",
    installer: "uv",
    install: ["uv sync --locked"],
    lockFiles: ["pyproject.toml", "uv.lock"],
  },

  // validate validates the model. drift measures drift. store is the default remote of .dvc/config.
  // The address is that of store in .dvc/config.
  dvc: {
    stages: { train: "validate", drift: "drift" },
    remote: { name: "store", url: "s3://loans-models/dvc" },
  },

  // Nothing uses MLflow.
  mlflow: false,

  // src/loans/freshness.py judges the age of the data.
  freshness: { command: "python -m loans.freshness" },

  // The images are those of Dockerfile.
  images: [{ name: "api", dockerfile: "Dockerfile" }],

  // No program of the repository promotes a model in a registry with --stage.
  promote: false,

  // The bundle is what the training stages write, without the data. Nightly keeps what the drift
  // stages and the monitoring write.
  artifacts: {
    bundle: [
      { path: "models/loans.json" },
      "reports/ingestion_summary.json",
      { path: "reports/metrics.json" },
      { path: "reports/validation.json" },
      "reports/data_freshness.json",
    ],
    nightly: [
      { path: "reports/data_freshness.json" },
      "reports/ingestion_summary.json",
      "reports/drift_report.json",
    ],
  },

  // No program of the repository compares production data (--current). Nothing else asks for a
  // retraining. reports/drift_report.json tells the drift. A retraining forces the training stages.
  nightly: {
    monitor: false,
    retrain: {
      trigger: "reports/drift_report.json",
      report: "reports/drift_report.json",
      command: "dvc repro --force validate",
    },
  },
});
