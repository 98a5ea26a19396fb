import { defineConfig } from "creditrisk-ci";

/**
 * Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is
 * not stated here has its default: `creditrisk-ci schema` lists every field.
 */
export default defineConfig({
  // The name is that in pyproject.toml.
  name: "creditrisk",

  // What is installed is requirements.txt, the project.
  python: { install: ["pip install -r requirements.txt", "pip install -e ."] },

  // .dvc/config names no default remote, so nothing is pulled.
  dvc: { remote: false },

  // There is no JSON file with a request for its predictions, so the deployed service is not
  // tested.
  deploy: { smoke: false },

  // src/creditrisk/pipelines/auto_promote.py promotes the model. --transition-log is written only
  // after a real promotion.
  promote: {
    command: "python -m creditrisk.pipelines.auto_promote --stage Production --transition-log reports/registry_transition.json",
    evidence: "reports/registry_transition.json",
  },

  // The bundle is what the training stages write, without the data. Nightly keeps what the drift
  // stages and the monitoring write.
  artifacts: {
    bundle: [
      { path: "models/baseline_model.joblib" },
      "reports/ingestion_summary.json",
      "reports/evaluation/**",
      { path: "reports/metrics.json" },
      { path: "reports/post_training_validation.json" },
      "reports/data_freshness.json",
    ],
    nightly: [
      { path: "reports/data_freshness.json" },
      "reports/ingestion_summary.json",
      "reports/drift_report.html",
      "reports/drift_report.json",
    ],
  },

  // src/creditrisk/monitoring/production.py compares production data, but
  // data/production/current.parquet is made by nothing in the repository. Nothing else asks for a
  // retraining. reports/drift_report.json tells the drift.
  nightly: {
    monitor: false,
    retrain: { trigger: "reports/drift_report.json", report: "reports/drift_report.json" },
  },
});
