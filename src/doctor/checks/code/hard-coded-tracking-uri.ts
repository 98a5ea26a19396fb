import { trackingUris } from "../../../repository/python/code-facts.ts";
import { pathText } from "../../../repository/python/values.ts";
import { defineCheck } from "../../check.ts";
import { followed, programsIn } from "./programs.ts";

export const hardCodedTrackingUri = defineCheck({
  id: "repository/hard-coded-tracking-uri",
  severity: "error",
  summary: "The code tells MLflow which server to use, so that the configured one has no effect.",
  why: "What the code says wins over `MLFLOW_TRACKING_URI`: runs and models go elsewhere, and a folder such as `mlruns` is gone with the runner.",
  hint: 'leave the call out, or prefer the environment: `os.environ.get("MLFLOW_TRACKING_URI", …)`',
  reference: "https://mlflow.org/docs/latest/ml/tracking/tracking-api/",
  examples: {
    bad: {
      "src/demo/monitor.py":
        'import json\nfrom pathlib import Path\n\nimport mlflow\n\nmlflow.set_tracking_uri("mlruns")\nPath("reports/production_drift_report.json").write_text(json.dumps({}))\nPath("reports/retrain_trigger.json").write_text(json.dumps({}))\n',
    },
    good: {
      "src/demo/monitor.py":
        'import json\nimport os\nfrom pathlib import Path\n\nimport mlflow\n\nmlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", "mlruns"))\nPath("reports/production_drift_report.json").write_text(json.dumps({}))\nPath("reports/retrain_trigger.json").write_text(json.dumps({}))\n',
    },
  },
  check: ({ commands, repository, pipeline: { mlflow }, field }, report) => {
    if (mlflow === false) return;
    for (const use of commands.flatMap(programsIn)) {
      const program = followed(repository, use);
      for (const { fixed, spot } of program ? trackingUris(program) : []) {
        const uri = fixed && pathText(fixed);
        if (uri === undefined || uri === mlflow.trackingUri) continue;
        const origin = fixed?.origin;
        const from = origin ? `, which is \`${origin.keys}\` in ${origin.spot.file}` : "";
        report(spot, `MLflow is always told \`${uri}\`${from}: ${field(["mlflow", "trackingUri"])} has no effect here`);
      }
    }
  },
});
