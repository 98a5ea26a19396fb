import { defineConfig } from "creditrisk-ci";

/** Drift starts a delivery with all its gates, on working days. */
export default defineConfig({
  name: "creditrisk",
  files: { cd: "deliver.yml" },
  nightly: {
    cron: "17 5 * * MON-FRI",
    timezone: "Europe/Berlin",
    retrain: { mode: "dispatch", threshold: 0.15 },
  },
});
