import { posix } from "node:path";
import type { RepositoryContents } from "../../../repository/contents.ts";
import type { DvcStages } from "../../../repository/dvc.ts";
import { dvcStages, isIn, trackedOutputs } from "../../../repository/dvc.ts";
import { dvcFolder, mayChangeDvcProject } from "../../dvc-project.ts";
import type { CommandLine } from "../../invocations.ts";
import { allCommandLines, hasFlag } from "../../invocations.ts";
import { suggestion } from "../../programs/suggestion.ts";
import { defineRule } from "../../rule.ts";
import { jobInClone } from "./example-job.ts";

/** Commands that take stages, and those that take outputs as well. */
const STAGES: ReadonlySet<string> = new Set([
  "dvc repro",
  "dvc exp run",
  "dvc freeze",
  "dvc unfreeze",
  "dvc stage list",
]);
const OUTPUTS: ReadonlySet<string> = new Set(
  ["checkout", "commit", "dag", "fetch", "pull", "push", "status"].map(name => `dvc ${name}`),
);

export const unknownDvcTarget = defineRule({
  id: "pipeline/unknown-dvc-target",
  severity: "error",
  summary: "A dvc command names a stage or an output that the repository's `dvc.yaml` does not have.",
  why: "DVC ends with `Stage … not found`, exit code 255: the step fails on every run. A renamed stage is the usual reason.",
  hint: "name a stage of `dvc.yaml`, a `.dvc` file or, where the command takes one, an output",
  reference: "https://doc.dvc.org/command-reference/repro",
  examples: {
    kind: "job",
    bad: jobInClone("- name: Train the model\n  run: dvc repro train_baselin\n"),
    good: jobInClone("- name: Train the model\n  run: dvc repro train_baseline\n"),
  },
  check: (workflow, report, { repository }) => {
    if (!repository) return;
    for (const line of allCommandLines(workflow)) {
      if (!STAGES.has(line.name) && !OUTPUTS.has(line.name)) continue;
      if (hasFlag(line, "--glob", "--recursive") || line.operands.length === 0) continue;
      const folder = dvcFolder(line);
      const stages = folder === undefined ? undefined : dvcStages(repository, folder);
      if (folder === undefined || !stages || mayChangeDvcProject(line.step)) continue;
      for (const { value, place } of line.operands) {
        if (value === undefined || isTarget(value, line, folder, stages, repository)) continue;
        const [name = "", item] = value.split("@");
        const isOfGroup = item !== undefined && stages.stages.has(name);
        const message = isOfGroup
          ? `\`${name}\` in ${stages.file} is one stage, it has no \`@${item}\``
          : `${stages.file} has no stage \`${value}\``;
        const near = suggestion(value, [...stages.names, ...(OUTPUTS.has(line.name) ? stages.outs : [])]);
        const hint = `the stages are ${stages.names.map(stage => `\`${stage}\``).join(", ")}`;
        report(place, message, { hint: near === undefined ? hint : `did you mean \`${near}\`?` });
      }
    }
  },
});

const isTarget = (
  target: string,
  { name, step }: CommandLine,
  folder: string,
  stages: DvcStages,
  repository: RepositoryContents,
): boolean => {
  if (isStage(target, stages)) return true;
  const path = posix.join(folder, target).replace(/\/$/, "");
  // Out of the repository, or written in a way that only the shell or DVC resolves.
  if (posix.isAbsolute(target) || path.startsWith("../") || /[*?[\]\\$~]/.test(target)) return true;
  const [file = "", stage] = target.split(":");
  const ending = posix.basename(file);
  if (ending === "dvc.yaml" || ending.endsWith(".dvc")) {
    const inside = posix.join(folder, file);
    if (!repository.has(inside)) return false;
    const others = stage === undefined ? undefined : dvcStages(repository, posix.dirname(inside));
    return stage === undefined || !others || isStage(stage, others);
  }
  if (stage !== undefined || step.script === undefined) return true;
  if (STAGES.has(name)) return false;
  if (stages.hasTemplates) return true;
  return isIn(path, trackedOutputs(repository));
};

const isStage = (target: string, { stages, groups }: DvcStages): boolean =>
  stages.has(target) || groups.has(target.split("@")[0] as string);
