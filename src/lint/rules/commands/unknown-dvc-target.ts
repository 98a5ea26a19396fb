import { posix } from "node:path";
import type { RepositoryContents } from "../../../repository/contents.ts";
import { trackedOutputs } from "../../../repository/dvc/outputs.ts";
import { isIn } from "../../../repository/dvc/paths.ts";
import type { DvcProject } from "../../../repository/dvc/project.ts";
import { dvcProject } from "../../../repository/dvc/project.ts";
import { findStages, partsOf } from "../../../repository/dvc/stages.ts";
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
      const project = folder === undefined ? undefined : dvcProject(repository, folder);
      if (!project || project.problems.length > 0 || mayChangeDvcProject(line.step)) continue;
      for (const { value, place } of line.operands) {
        if (value === undefined || isTarget(value, line, project, repository)) continue;
        const [name = "", item] = value.split("@");
        const isOne = item !== undefined && project.stages.some(stage => stage.name === name && !stage.group);
        const message = isOne
          ? `\`${name}\` in ${project.file} is one stage, it has no \`@${item}\``
          : `${project.file} has no stage \`${value}\``;
        const near = suggestion(value, [...project.names, ...(OUTPUTS.has(line.name) ? outputsOf(project) : [])]);
        report(place, message, { hint: near === undefined ? stagesOf(project) : `did you mean \`${near}\`?` });
      }
    }
  },
});

/** What its stages write, as a command in its folder names it. */
const outputsOf = ({ folder, stages }: DvcProject): readonly string[] =>
  stages.flatMap(({ outs }) => outs.filter(out => !out.isTemplated).map(out => posix.relative(folder, out.path)));

/** A group stands for its stages. */
const stagesOf = ({ stages }: DvcProject): string => {
  const names = [...new Set(stages.map(({ name, group }) => group ?? name))];
  return `the stages are ${names.map(name => `\`${name}\``).join(", ")}`;
};

const isTarget = (
  target: string,
  { name, step }: CommandLine,
  { folder, stages }: DvcProject,
  repository: RepositoryContents,
): boolean => {
  if (findStages(repository, folder, target).length > 0) return true;
  const path = posix.join(folder, target).replace(/\/$/, "");
  // Out of the repository, or written in a way that only the shell or DVC resolves.
  if (posix.isAbsolute(target) || path.startsWith("../") || /[*?[\]\\$~]/.test(target)) return true;
  const { file, name: stage } = partsOf(target);
  if (posix.basename(target.split(":")[0] as string) === "dvc.yaml" || file.endsWith(".dvc")) {
    const inside = posix.join(folder, file);
    if (!repository.has(inside)) return false;
    const other = posix.basename(file) === "dvc.yaml" ? dvcProject(repository, posix.dirname(inside)) : undefined;
    return stage === undefined || !other || other.problems.length > 0;
  }
  if (target.includes(":") || step.script === undefined) return true;
  if (STAGES.has(name)) return false;
  if (stages.some(({ outs }) => outs.some(({ isTemplated }) => isTemplated))) return true;
  return isIn(path, trackedOutputs(repository));
};
