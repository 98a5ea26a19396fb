import { dvcFileOf } from "../../../repository/dvc/outputs.ts";
import { defineCheck } from "../../check.ts";
import { stagesRun } from "./stages-run.ts";

export const unpulledData = defineCheck({
  id: "repository/unpulled-data",
  severity: "error",
  summary: "A stage needs data that DVC keeps, and `dvc.remote` is `false`.",
  why: "The workflows pull nothing then: `dvc repro` ends with an error at the first stage that needs the data.",
  hint: "let `dvc.remote` say where the data is",
  reference: "https://doc.dvc.org/command-reference/pull",
  examples: {
    bad: {
      "pipeline.config.yaml": "dvc: { remote: false, stages: { train: validate_model, drift: monitor_drift } }\n",
    },
    good: {},
  },
  check: (context, report) => {
    const { pipeline, repository, at, field } = context;
    if (pipeline.dvc.remote !== false) return;
    for (const { name, deps } of stagesRun(context))
      for (const { path, isTemplated } of deps) {
        if (isTemplated || repository.files.includes(path)) continue;
        const file = dvcFileOf(repository, path);
        if (file === undefined) continue;
        report(
          at(["dvc", "remote"]),
          `${field(["dvc", "remote"])} is false, so that nothing is pulled: stage \`${name}\` needs ${path}, of which the repository has no more than ${file}`,
        );
        return;
      }
  },
});
