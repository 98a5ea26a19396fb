import { defineConfig } from "creditrisk-ci";

const CONFIG = "--config configs/creditrisk_pd.yaml";

/** The CreditRisk repository as it is today. */
export default defineConfig({
  name: "creditrisk",
  python: {
    install: ["pip install -r requirements.txt dvc-s3", "pip install --no-deps -e ."],
    lockFiles: ["requirements.txt", "pyproject.toml"],
  },
  checks: {
    lint: { command: "ruff check .", advisory: true },
    security: { command: "bandit -q -r src", advisory: true },
  },
  dvc: {
    stages: { train: ["validate_model", "evaluate_train", "canary_validation"], drift: "monitor_drift" },
  },
  freshness: { command: `python -m creditrisk.utils.data_freshness ${CONFIG}` },
  promote: {
    command: `python -m creditrisk.pipelines.auto_promote ${CONFIG} --stage Production --transition-log reports/registry_transition.json`,
    evidence: "reports/registry_transition.json",
  },
  artifacts: {
    bundle: [
      { path: "reports/metrics.json" },
      "reports/test_metrics.json",
      "reports/data_lineage.json",
      "reports/ingestion_summary.json",
      "reports/data_freshness.json",
      "reports/canary_report.json",
      { path: "models/creditrisk_pd_model.joblib" },
      "reports/evaluation/**",
      "reports/test_evaluation/**",
      { path: "reports/post_training_validation.json" },
    ],
  },
  nightly: {
    monitor: {
      command: `python -m creditrisk.monitoring.production ${CONFIG} --current data/processed/test.parquet --publish-metrics`,
    },
    retrain: { command: "dvc repro --force validate_model evaluate_train" },
  },
});
