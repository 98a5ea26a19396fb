import { posix } from "node:path";
import { closest } from "../../../diagnostics/closest.ts";
import { dvcProject } from "../../../repository/dvc/project.ts";
import { findStages, partsOf } from "../../../repository/dvc/stages.ts";
import { defineCheck } from "../../check.ts";
import { inRoot, isBehindLink } from "../../places.ts";

export const missingStage = defineCheck({
  id: "repository/missing-stage",
  severity: "error",
  summary: "`dvc.stages` names a stage that `dvc.yaml` does not have.",
  why: "`dvc repro` ends with `Stage … not found`, exit code 255: the workflow fails on every run.",
  hint: "name a stage of `dvc.yaml`",
  reference: "https://doc.dvc.org/command-reference/repro",
  examples: {
    bad: { "pipeline.config.yaml": "dvc: { stages: { train: validate_models, drift: monitor_drift } }\n" },
    good: { "pipeline.config.yaml": "dvc: { stages: { train: [fit, validate_model], drift: monitor_drift } }\n" },
    besides: ["repository/unmade-file"],
  },
  check: ({ pipeline, repository, at, field }, report) => {
    for (const list of ["train", "drift"] as const)
      for (const [index, address] of pipeline.dvc.stages[list].entries()) {
        const { file } = partsOf(address);
        const path = inRoot(pipeline, file);
        const project = dvcProject(repository, posix.dirname(path));
        if (findStages(repository, pipeline.root, address).length > 0) continue;
        // That the pipeline's own file is not there is another finding.
        if ((!project && file === "dvc.yaml") || (project && project.problems.length > 0)) continue;
        if (path.startsWith("../") || isBehindLink(repository, path)) continue;
        const place = ["dvc", "stages", list, index] as const;
        const title = `${field(["dvc", "stages", list])} names \`${address}\``;
        if (!project) {
          report(at(place), `${title}, and there is no ${path}`);
          continue;
        }
        const prefix = file === "dvc.yaml" ? "" : `${file}:`;
        const near = closest(
          address,
          project.names.map(name => `${prefix}${name}`),
        );
        const groups = [...new Set(project.stages.map(({ name, group }) => group ?? name))];
        report(at(place), `${title}, which is no stage of ${project.file}`, {
          hint:
            near === undefined
              ? groups.length === 0
                ? `add the stage to ${project.file}`
                : `the stages are ${groups
                    .slice(0, 20)
                    .map(name => `\`${name}\``)
                    .join(", ")}`
              : `did you mean \`${near}\`?`,
        });
      }
  },
});
