import { defineConfig } from "creditrisk-ci";

/**
 * Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is
 * not stated here has its default: `creditrisk-ci schema` lists every field.
 */
export default defineConfig({
  // The name is that in pyproject.toml.
  name: "churn",

  // train makes the model. No stage measures drift. .dvc/config names no default remote, so nothing
  // is pulled.
  dvc: { stages: { train: "train", drift: false }, remote: false },

  // Nothing uses MLflow.
  mlflow: false,

  // No program of the repository knows --max-age-hours and --fail-on-stale, so the age of the data
  // is not judged.
  freshness: false,

  // There is no Dockerfile.
  images: [],

  // There is no image to deploy.
  deploy: false,

  // No program of the repository promotes a model in a registry with --stage.
  promote: false,

  // The bundle is what the training stages write, without the data. Nothing measures drift, so
  // nightly keeps the bundle.
  artifacts: {
    bundle: [{ path: "models/churn.json" }, { path: "reports/metrics.json" }],
    nightly: [{ path: "models/churn.json" }, { path: "reports/metrics.json" }],
  },

  // No program of the repository compares production data (--current). No file is known that tells
  // a share of drifted columns, so nothing decides on a retraining.
  nightly: { monitor: false, retrain: false },
});
