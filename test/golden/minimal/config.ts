import { defineConfig } from "creditrisk-ci";

/** Everything that can be switched off is. */
export default defineConfig({
  name: "tiny",
  checks: { lint: false, security: false, compile: false },
  dvc: { remote: false },
  mlflow: false,
  freshness: false,
  images: [],
  deploy: false,
  promote: false,
  nightly: { retrain: false },
});
