import { defineConfig } from "creditrisk-ci";

/**
 * Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is
 * not stated here has its default: `creditrisk-ci schema` lists every field.
 */
export default defineConfig({
  // Carried over from .github/workflows/cd.yaml.
  name: "creditrisk",

  // ci.yaml, cd.yaml and nightly.yaml are written by hand and stay until you delete them, so the
  // generated files have other names. Before you push, delete what they replace, or both run on
  // every push; then files can go, and creditrisk-ci generate --prune gives the usual names.
  files: { ci: "pipeline-ci.yaml", cd: "pipeline-cd.yaml", nightly: "pipeline-nightly.yaml" },

  // Carried over from .github/workflows/ci.yaml; a remote on s3 needs dvc-s3.
  python: {
    install: [
      "pip install -r requirements.txt",
      "pip install --no-deps -e .",
      "pip install dvc-s3",
    ],
  },

  // Carried over from .github/workflows/ci.yaml.
  checks: {
    security: { command: "bandit -q -r src", name: "Security" },
    compile: { command: "python -m compileall -q src", name: "Compile" },
    test: { command: "pytest", name: "Unit tests" },
  },

  // validate_model and canary_validation are what the hand-written workflows run, evaluate_train
  // makes its metrics. Carried over from .github/workflows/cd.yaml.
  dvc: {
    stages: { train: ["evaluate_train", "validate_model", "canary_validation"] },
    remote: { name: "storage", url: "s3://creditrisk-dvc/store" },
  },

  // Carried over from .github/workflows/cd.yaml.
  images: [{ name: "api", dockerfile: "Dockerfile.api" }],

  // Carried over from .github/workflows/cd.yaml.
  deploy: { aws: { cluster: "creditrisk", service: "creditrisk-api" } },

  // --transition-log is written only after a real promotion. Carried over from
  // .github/workflows/cd.yaml.
  promote: {
    command: "python -m creditrisk.pipelines.auto_promote --config configs/creditrisk_pd.yaml --stage Production --transition-log reports/registry_transition.json",
    evidence: "reports/registry_transition.json",
  },

  // Carried over from .github/workflows/cd.yaml and .github/workflows/nightly.yaml.
  artifacts: {
    bundle: [
      { path: "models/creditrisk_pd_model.joblib" },
      { path: "reports/metrics.json" },
      "reports/evaluation/**",
      { path: "reports/post_training_validation.json" },
      { path: "reports/canary_report.json" },
    ],
    nightly: [
      "reports/ingestion_summary.json",
      "reports/drift_report.json",
      "reports/drift_report.html",
      { path: "reports/data_freshness.json" },
    ],
  },

  // src/creditrisk/monitoring/production.py compares production data, but
  // data/production/current.parquet is made by nothing in the repository. Nothing else asks for a
  // retraining. reports/drift_report.json tells the drift. A retraining forces the training stages.
  nightly: {
    monitor: false,
    retrain: {
      trigger: "reports/drift_report.json",
      report: "reports/drift_report.json",
      command: "dvc repro --force evaluate_train validate_model canary_validation",
    },
  },
});
