import { runsBefore } from "../../delivery.ts";
import { wouldRun } from "../../moments.ts";
import type { Place } from "../../place.ts";
import { gatesOf, pythonCalls, stageRuns } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";

const workflow = (condition: string): string => `name: Nightly
on:
  schedule:
    - cron: 17 4 * * *
permissions: {}
concurrency:
  group: nightly
  cancel-in-progress: false
jobs:
  monitor:
    name: Monitor
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read
    steps:
      - name: Check out the repository
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - name: Require fresh data
        run: python -m creditrisk.utils.data_freshness --max-age-hours 36 --fail-on-stale
      - name: Look for drift
${condition}        run: python -m creditrisk.monitoring.drift
`;

export const monitoringSkippedOnStale = defineRule({
  id: "pipeline/monitoring-skipped-on-stale",
  severity: "warning",
  summary: "Drift is not measured when the data is stale.",
  why: "A failed freshness gate ends the job. The night on which the ingestion broke is then the night without a drift report and without a decision about retraining.",
  hint: `give the monitoring step \`if: \${{ !cancelled() }}\`: the job still ends red`,
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions",
  examples: {
    kind: "workflow",
    bad: workflow(""),
    good: workflow(`        if: \${{ !cancelled() }}\n`),
  },
  check: (nightly, report) => {
    if (!nightly.trigger("schedule")) return;
    const gates = nightly.steps.flatMap(gatesOf).filter(({ kind }) => kind === "freshness");
    for (const step of gates.length > 0 ? nightly.steps : [])
      for (const { place, name } of monitors(step)) {
        const gate = gates.find(({ step: gating }) => runsBefore(gating, step) && isSkippedAfter(gating, step));
        if (gate) report(place, `\`${name}\` does not run when \`${gate.step.label}\` finds stale data`);
      }
  },
});

const isSkippedAfter = (gate: Step, step: Step): boolean =>
  wouldRun(gate.job === step.job ? step.if : step.job.if, { status: "failure" }) === false;

const monitors = (step: Step): readonly { readonly place: Place; readonly name: string }[] => [
  ...pythonCalls(step, "monitoring.production", "monitoring.drift").map(({ word }) => ({
    place: word.place,
    name: word.value ?? word.text,
  })),
  ...stageRuns(step, "monitor_drift").map(({ place }) => ({ place, name: "monitor_drift" })),
];
