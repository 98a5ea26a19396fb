import { defineConfig } from "creditrisk-ci";

/**
 * Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is
 * not stated here has its default: `creditrisk-ci schema` lists every field.
 */
export default defineConfig({
  pipelines: [
    {
      // The name is that in models/churn/pyproject.toml.
      name: "churn",

      // The project is in models/churn.
      root: "models/churn",

      // No stage measures drift. store is the default remote of models/churn/.dvc/config. The
      // address is that of store in models/churn/.dvc/config.
      dvc: {
        stages: { drift: false },
        remote: { name: "store", url: "s3://models-of-the-bank/churn" },
      },

      // Nothing uses MLflow.
      mlflow: false,

      // No program of the repository knows --max-age-hours and --fail-on-stale, so the age of the
      // data is not judged.
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
          { path: "models/churn.json" },
          { path: "reports/metrics.json" },
          { path: "reports/post_training_validation.json" },
        ],
        nightly: [
          { path: "models/churn.json" },
          { path: "reports/metrics.json" },
          { path: "reports/post_training_validation.json" },
        ],
      },

      // No program of the repository compares production data (--current). No file is known that
      // tells a share of drifted columns, so nothing decides on a retraining.
      nightly: { monitor: false, retrain: false },
    },
    {
      // The name is that in models/fraud/pyproject.toml.
      name: "fraud",

      // The project is in models/fraud.
      root: "models/fraud",

      // What is installed is the project; a remote on s3 needs dvc-s3.
      python: { install: ["pip install -e .", "pip install dvc-s3"] },

      // No stage measures drift. store is the default remote of models/fraud/.dvc/config. The
      // address is that of store in models/fraud/.dvc/config.
      dvc: {
        stages: { drift: false },
        remote: { name: "store", url: "s3://models-of-the-bank/fraud" },
      },

      // Nothing uses MLflow.
      mlflow: false,

      // No program of the repository knows --max-age-hours and --fail-on-stale, so the age of the
      // data is not judged.
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
          { path: "models/fraud.json" },
          { path: "reports/metrics.json" },
          { path: "reports/post_training_validation.json" },
        ],
        nightly: [
          { path: "models/fraud.json" },
          { path: "reports/metrics.json" },
          { path: "reports/post_training_validation.json" },
        ],
      },

      // No program of the repository compares production data (--current). No file is known that
      // tells a share of drifted columns, so nothing decides on a retraining.
      nightly: { monitor: false, retrain: false },
    },
  ],
});
