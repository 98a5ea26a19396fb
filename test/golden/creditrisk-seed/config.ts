import { defineConfig } from "creditrisk-ci";

const CONFIG = "--config configs/baseline.yaml";

/** The CreditRisk repository as it was when its CI/CD strategy was written. */
export default defineConfig({
  name: "creditrisk",
  python: { install: ["pip install -r requirements.txt"], lockFiles: ["requirements.txt"] },
  checks: {
    lint: { command: "ruff check .", advisory: true },
    security: { command: "bandit -q -r src", advisory: true },
  },
  dvc: { stages: { train: ["train_baseline", "validate_model"], drift: "monitor_drift" } },
  freshness: { command: `python -m creditrisk.utils.data_freshness ${CONFIG}` },
  promote: { command: `python -m creditrisk.pipelines.auto_promote ${CONFIG} --stage Production` },
  nightly: {
    monitor: {
      command: `python -m creditrisk.monitoring.production ${CONFIG} --current data/processed/test.parquet --publish-metrics`,
    },
    retrain: { command: "dvc repro --force train_baseline validate_model" },
  },
});
