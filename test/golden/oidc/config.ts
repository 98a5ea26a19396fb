import { defineConfig, secret, variable } from "creditrisk-ci";

/** No long-lived key, images for two platforms with build arguments and attestations, environments of the team's own. */
export default defineConfig({
  name: "scoring",
  dvc: {
    remote: { name: "lake", url: "s3://acme-models/dvc", credentials: secret("LAKE_CREDENTIALS") },
    push: true,
    staleLock: "fail",
  },
  mlflow: { trackingUri: variable("MLFLOW_URL"), token: secret("MLFLOW_TOKEN") },
  images: [
    {
      name: "api",
      dockerfile: "docker/api.Dockerfile",
      platforms: ["linux/amd64", "linux/arm64"],
      buildArgs: { PYTHON_VERSION: "3.12", BASE: "python:3.12-slim" },
      include: ["models/baseline_model.joblib", "reports/metrics.json"],
      attest: true,
    },
  ],
  deploy: {
    container: "web",
    aws: {
      auth: { role: "arn:aws:iam::123456789012:role/deploy-scoring" },
      region: "eu-central-1",
      cluster: variable("ECS_CLUSTER"),
      service: variable("ECS_SERVICE"),
    },
    stabilityMinutes: 15,
    smoke: {
      baseUrl: "https://scoring.example.com",
      health: "/healthz",
      predict: { path: "/v1/predict", payload: { records: [{ income: 1200, "has car": true }] }, expect: ".ok == true" },
      attempts: 5,
      delaySeconds: 3,
    },
    environment: "eu-production",
  },
  promote: { environment: "eu-registry" },
  environments: { train: "eu-training", nightly: "eu-monitoring", notify: "eu-notifications" },
});
