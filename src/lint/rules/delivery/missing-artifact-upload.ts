import { textOf } from "../../delivery.ts";
import { commandsIn, commandsOf, pythonCalls, usesAction } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step, Workflow } from "../../workflow.ts";

const monitor = `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- name: Compare production data with the training data
  run: python -m creditrisk.monitoring.production --current data/processed/applications.csv
`;

export const missingArtifactUpload = defineRule({
  id: "pipeline/missing-artifact-upload",
  severity: "note",
  summary: "Production is monitored, and nothing keeps what was found.",
  why: "The runner and its files are gone when the job ends: neither the drift report nor the reason for or against retraining can be looked up the next morning.",
  hint: `upload \`reports/drift_metrics.json\`, \`reports/retrain_trigger.json\` and \`reports/production_drift_report.*\`, with \`if: \${{ !cancelled() }}\``,
  reference: "https://docs.github.com/actions/tutorials/store-and-share-data",
  examples: {
    kind: "step",
    bad: monitor,
    good: `${monitor}- name: Keep the reports
  if: \${{ !cancelled() }}
  uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
  with:
    name: monitoring
    path: reports/
`,
  },
  check: (workflow, report) => {
    for (const step of workflow.steps)
      for (const { word, args } of pythonCalls(step, "monitoring.production"))
        if (!args.some(({ text }) => text === "--help") && !keepsReports(workflow))
          report(word.place, `none of what \`${word.value ?? word.text}\` finds is kept`);
  },
});

const OUTPUTS = ["reports/drift_metrics.json", "reports/retrain_trigger.json", "reports/production_drift_report.json"];

/** Programs that may take files elsewhere. */
const CARRIERS: ReadonlySet<string> = new Set([
  ...["aws", "gsutil", "gcloud", "az", "azcopy", "rclone", "rsync", "scp", "curl", "gh", "mlflow", "cml"],
]);

const keepsReports = ({ steps, jobs }: Workflow): boolean =>
  jobs.some(({ uses }) => uses !== undefined) ||
  steps.some(step => {
    if (usesAction(step, "actions/upload-artifact")) return uploads(step);
    if (step.uses) return !QUIET.test(step.uses.action ?? "");
    const carries =
      commandsIn(step).some(({ name }) => name === undefined || CARRIERS.has(name)) ||
      [...commandsOf(step, "dvc", "push"), ...commandsOf(step, "dvc", "add"), ...commandsOf(step, "git", "add")]
        .length > 0;
    return step.script === undefined || (carries && mentionsReports(step));
  });

/** Actions that take no files anywhere. */
const QUIET =
  /^(?:actions\/(?:checkout|setup-|cache|download-artifact)|astral-sh\/|iterative\/setup-|aws-actions\/configure)/;

const mentionsReports = (step: Step): boolean => /report|drift|retrain|metrics|\bpush\b|\badd\b/.test(textOf(step));

const uploads = (step: Step): boolean =>
  (step.input("path")?.text ?? "")
    .split("\n")
    .map(line => line.trim().replace(/^\.\//, ""))
    .some(line => line.includes("${{") || covers(line));

/** Whether a path or glob takes one of the outputs in. */
const covers = (path: string): boolean => {
  if (path === "" || path.startsWith("!")) return false;
  const [known = ""] = path.split(/[*?[]/);
  const isGlob = known.length < path.length;
  return OUTPUTS.some(output =>
    isGlob
      ? output.startsWith(known) || output.includes(`/${known}`)
      : output.startsWith(`${path.replace(/\/$/, "")}/`) ||
        path === "." ||
        `/${path}`.endsWith(`/${output}`) ||
        path.endsWith("reports") ||
        path.endsWith("reports/"),
  );
};
