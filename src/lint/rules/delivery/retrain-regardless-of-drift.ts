import { pythonCalls } from "../../roles.ts";
import { defineRule } from "../../rule.ts";

const keep = `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- name: Keep the reports
  if: \${{ !cancelled() }}
  uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
  with:
    name: monitoring
    path: reports/
- name: Compare production data with the training data
  run: python -m creditrisk.monitoring.production --current data/processed/applications.csv`;

export const retrainRegardlessOfDrift = defineRule({
  id: "pipeline/retrain-regardless-of-drift",
  severity: "warning",
  summary: "The monitoring is told to retrain whatever it measures.",
  why: "`--auto-retrain` overrides the decision: the trigger file says `manual_override`, and a model is trained with drift or without. Every run costs a training, and nobody can tell from the result whether there was a reason.",
  hint: "leave `--auto-retrain` out, and retrain in a job that reads `reports/retrain_trigger.json`",
  examples: { kind: "step", bad: `${keep} --auto-retrain\n`, good: `${keep}\n` },
  check: ({ steps }, report) => {
    for (const step of steps)
      for (const { args } of pythonCalls(step, "monitoring.production"))
        for (const { value, place } of args)
          if (value === "--auto-retrain") report(place, "`--auto-retrain` retrains the model regardless of drift");
  },
});
