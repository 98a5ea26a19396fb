import { isWithin } from "../../../repository/dvc/paths.ts";
import { defineCheck } from "../../check.ts";
import { generatedFiles, stagesRun } from "./stages-run.ts";

export const workflowDependency = defineCheck({
  id: "repository/workflow-dependency",
  severity: "warning",
  summary: "A stage depends on a workflow that is generated.",
  why: "Each change of the pipeline's config makes the stage, and all that follows from it, run again; an upgrade of an action's pin is enough.",
  hint: "take the workflow out of the stage's `deps`",
  examples: {
    bad: {
      "dvc.yaml":
        "stages:\n  validate_model:\n    cmd: python -m demo.validate\n    deps: [.github/workflows/cd.yaml, reports/metrics.json]\n    outs: [reports/post_training_validation.json]\n  monitor_drift:\n    cmd: python -m demo.fit --config configs/demo.yaml\n    deps: [loans.csv.dvc]\n    outs: [reports/drift_report.json, reports/metrics.json, models/model.joblib, reports/registry_promotion.json]\n",
      "dvc.lock": "schema: '2.0'\nstages:\n  validate_model: {cmd: a}\n  monitor_drift: {cmd: b}\n",
      ".github/workflows/cd.yaml": "name: cd\n",
    },
    good: {},
    besides: ["repository/unmade-file"],
  },
  check: ({ pipeline, repository }, report) => {
    const generated = generatedFiles(pipeline);
    for (const { name, deps } of stagesRun({ pipeline, repository }))
      for (const { path, isTemplated, spot } of deps) {
        const file = isTemplated ? undefined : generated.find(one => isWithin(one, path));
        if (file !== undefined) report(spot, `stage \`${name}\` depends on ${file}, which is generated`);
      }
  },
});
