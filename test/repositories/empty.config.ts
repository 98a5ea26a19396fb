import { defineConfig } from "creditrisk-ci";

/**
 * Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is
 * not stated here has its default: `creditrisk-ci schema` lists every field.
 */
export default defineConfig({
  // The name is that of the repository's folder.
  name: "empty",

  // No dependency brings DVC.
  python: { install: ["pip install dvc"] },

  // No linter is among the dependencies. There is no code to scan. There is no code to compile.
  // There are no tests.
  checks: { lint: false, security: false, compile: false, test: false },

  // There is no dvc.yaml with stages. .dvc/config names no default remote, so nothing is pulled.
  dvc: { stages: { drift: false }, remote: false },

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

  // No program of the repository compares production data (--current). No file is known that tells
  // a share of drifted columns, so nothing decides on a retraining.
  nightly: { monitor: false, retrain: false },
});
