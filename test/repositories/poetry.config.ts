import { defineConfig } from "creditrisk-ci";

/**
 * Written by `creditrisk-ci init` from what the repository holds, and yours from now on. What is
 * not stated here has its default: `creditrisk-ci schema` lists every field.
 */
export default defineConfig({
  // The name is that in pyproject.toml.
  name: "arrears",

  // .python-version names Python 3.12.4. The project is managed with Poetry, which installs into
  // the active .venv. poetry.lock decides what is installed.
  python: {
    version: "3.12.4",
    install: ["pipx install poetry", "poetry install --no-interaction"],
    lockFiles: ["pyproject.toml", "poetry.lock"],
  },

  // Bandit is among the dependencies. The code is in arrears.
  checks: { security: "bandit -q -r arrears", compile: "python -m compileall -q arrears" },

  // No stage measures drift. share is the default remote of .dvc/config. The address is that of
  // share in .dvc/config.
  dvc: { stages: { drift: false }, remote: { name: "share", url: "azure://arrears/dvc" } },

  // Nothing uses MLflow.
  mlflow: false,

  // No program of the repository knows --max-age-hours and --fail-on-stale, so the age of the data
  // is not judged.
  freshness: false,

  // The images are those of Dockerfile.api.
  images: [{ name: "api", dockerfile: "Dockerfile.api" }],

  // No program of the repository promotes a model in a registry with --stage.
  promote: false,

  // The bundle is what the training stages write, without the data. Nothing measures drift, so
  // nightly keeps the bundle.
  artifacts: {
    bundle: [
      { path: "models/arrears.json" },
      { path: "reports/metrics.json" },
      { path: "reports/post_training_validation.json" },
    ],
    nightly: [
      { path: "models/arrears.json" },
      { path: "reports/metrics.json" },
      { path: "reports/post_training_validation.json" },
    ],
  },

  // No program of the repository compares production data (--current). No file is known that tells
  // a share of drifted columns, so nothing decides on a retraining.
  nightly: { monitor: false, retrain: false },
});
