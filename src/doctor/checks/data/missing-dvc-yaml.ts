import { dvcProject } from "../../../repository/dvc/project.ts";
import { partsOf } from "../../../repository/dvc/stages.ts";
import { defineCheck } from "../../check.ts";
import { mainFile } from "./stages-run.ts";

export const missingDvcYaml = defineCheck({
  id: "repository/missing-dvc-yaml",
  severity: "error",
  summary: "The folder of the pipeline has no `dvc.yaml`.",
  why: "Every `dvc repro` of the workflows ends with `Stage … not found`, exit code 255.",
  hint: "define the stages there with `dvc stage add`, or let `root` name the folder that has them",
  reference: "https://doc.dvc.org/user-guide/project-structure/dvcyaml-files",
  examples: {
    bad: { "dvc.yaml": null },
    good: {},
    besides: ["repository/unmade-file", "repository/missing-stage"],
  },
  check: ({ pipeline, repository, at, field }, report) => {
    const { root, dvc } = pipeline;
    if (dvcProject(repository, root)) return;
    const list = (["train", "drift"] as const).find(name =>
      dvc.stages[name].some(address => partsOf(address).file === "dvc.yaml"),
    );
    if (!list) return;
    const file = mainFile({ pipeline, repository });
    const elsewhere = repository.files.find(path => path.endsWith("/dvc.yaml"));
    report(
      at(["dvc", "stages", list]),
      `${field(["dvc", "stages", list])} names stages of ${file}, and there is no such file`,
      elsewhere === undefined ? {} : { hint: `let \`root\` name the folder that has it: there is ${elsewhere}` },
    );
  },
});
