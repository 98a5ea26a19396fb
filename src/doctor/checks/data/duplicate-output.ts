import { foldersOf } from "../../../repository/dvc/paths.ts";
import type { DvcStage } from "../../../repository/dvc/project.ts";
import { pipelineAround } from "../../../repository/dvc/stages.ts";
import { defineCheck } from "../../check.ts";
import { mainFile } from "./stages-run.ts";

export const duplicateOutput = defineCheck({
  id: "repository/duplicate-output",
  severity: "error",
  summary: "Two stages write the same output, or one within that of the other.",
  why: "DVC refuses with `output is already specified` or `output paths overlap`: every `dvc repro` fails, also of other stages of the repository.",
  hint: "let each stage write outputs of its own; in a group, make its item a part of the path",
  reference: "https://doc.dvc.org/user-guide/project-structure/dvcyaml-files#output-subfields",
  examples: {
    bad: {
      "etl/dvc.yaml":
        "stages:\n  load:\n    foreach: [eu, us]\n    do:\n      cmd: load loans.csv\n      outs: [loans.csv]\n",
    },
    good: {
      "etl/dvc.yaml": `stages:\n  load:\n    foreach: [eu, us]\n    do:\n      cmd: load loans-\${item}.csv\n      outs: ["loans-\${item}.csv"]\n`,
    },
  },
  check: ({ pipeline, repository }, report) => {
    const { stages } = pipelineAround(repository, mainFile({ pipeline, repository }));
    const writers = new Map<string, DvcStage>();
    const outs = stages.flatMap(stage => stage.outs.filter(out => !out.isTemplated).map(out => ({ stage, out })));
    for (const { stage, out } of outs) {
      const first = writers.get(out.path);
      if (first) report(out.spot, `${both(first, stage)} ${out.path}`);
      else writers.set(out.path, stage);
    }
    for (const { stage, out } of outs) {
      const folder = foldersOf(out.path).find(path => writers.has(path));
      const first = folder === undefined ? undefined : writers.get(folder);
      if (first)
        report(
          out.spot,
          `stage \`${stage.name}\` writes ${out.path}, within ${folder}, which \`${first.name}\` writes`,
        );
    }
  },
});

const both = (first: DvcStage, second: DvcStage): string =>
  first === second
    ? `stage \`${first.name}\` twice writes`
    : `the stages \`${first.name}\` and \`${second.name}\` both write`;
