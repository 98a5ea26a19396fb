import { defineConfig } from "creditrisk-ci";

/** Two pipelines of one repository. */
export default defineConfig({
  pipelines: [
    { name: "scoring", root: "models/scoring" },
    {
      name: "churn",
      root: "models/churn",
      files: { nightly: false },
      images: [{ name: "batch", dockerfile: "Dockerfile" }],
      deploy: false,
    },
  ],
});
