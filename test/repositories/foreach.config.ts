import { defineConfig } from "creditrisk-ci";

/**
 * Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is
 * not stated here has its default: `creditrisk-ci schema` lists every field.
 */
export default defineConfig({
  // The name is that in pyproject.toml.
  name: "pricing",

  // What is installed is the project with dev.
  python: { install: ["pip install -e \".[dev]\""] },

  // No stage measures drift. archive is the default remote of .dvc/config. The address is that of
  // archive in .dvc/config.
  dvc: { stages: { drift: false }, remote: { name: "archive", url: "gs://pricing-archive/dvc" } },

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
    bundle: [
      { path: "models/east.json" },
      { path: "models/west.json" },
      { path: "models/north.json" },
      "reports/east-private.json",
      "reports/east-business.json",
      "reports/west-private.json",
      "reports/west-business.json",
      "reports/north-private.json",
      "reports/north-business.json",
      { path: "reports/post_training_validation.json" },
    ],
    nightly: [
      { path: "models/east.json" },
      { path: "models/west.json" },
      { path: "models/north.json" },
      "reports/east-private.json",
      "reports/east-business.json",
      "reports/west-private.json",
      "reports/west-business.json",
      "reports/north-private.json",
      "reports/north-business.json",
      { path: "reports/post_training_validation.json" },
    ],
  },

  // No program of the repository compares production data (--current). No file is known that tells
  // a share of drifted columns, so nothing decides on a retraining.
  nightly: { monitor: false, retrain: false },
});
