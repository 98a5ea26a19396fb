import { defineConfig } from "creditrisk-ci";

/** Training on the team's own machines; pull requests stay on GitHub's. */
export default defineConfig({
  name: "creditrisk",
  runners: { ci: "ubuntu-24.04", cd: ["linux", "gpu-linux"], nightly: "gpu-linux" },
  timeouts: { train: 1440, refresh: 1440, retrain: 2880 },
});
