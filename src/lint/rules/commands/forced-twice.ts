import type { RepositoryContents } from "../../../repository/contents.ts";
import type { DvcStage } from "../../../repository/dvc/project.ts";
import { dvcProject } from "../../../repository/dvc/project.ts";
import { findStages, upstreamOf } from "../../../repository/dvc/stages.ts";
import { dvcFolder } from "../../dvc-project.ts";
import type { CommandLine } from "../../invocations.ts";
import { commandLines, hasFlag } from "../../invocations.ts";
import { defineRule } from "../../rule.ts";
import type { Job } from "../../workflow.ts";
import { jobInClone } from "./example-job.ts";

export const forcedTwice = defineRule({
  id: "pipeline/forced-twice",
  severity: "error",
  summary: "Two `dvc repro --force` run stages that both need.",
  why: "`--force` runs everything upstream of a target again: the shared stages run twice, and what the first call made is judged against data that the second one has replaced.",
  hint: "name all targets in one call: `dvc repro --force first second`",
  reference: "https://doc.dvc.org/command-reference/repro",
  examples: {
    kind: "job",
    bad: jobInClone(
      "- name: Refresh the reports\n  run: |\n    dvc repro --force validate_model\n    dvc repro --force monitor_drift\n",
    ),
    good: jobInClone("- name: Refresh the reports\n  run: dvc repro --force validate_model monitor_drift\n"),
  },
  check: ({ jobs }, report, { repository }) => {
    const calls = new Map(jobs.map(job => [job, forced(job, repository)]));
    for (const job of jobs) {
      const upstream = [...job.upstream].flatMap(other => calls.get(other) ?? []);
      const own = calls.get(job) ?? [];
      for (const [index, second] of own.entries()) {
        // What runs only in some cases is meant to run again: a retraining after drift.
        if (isConditional(second.line)) continue;
        const first =
          upstream.find(other => sharesStages(other, second)) ??
          own.slice(0, index).find(other => !excludes(other.line, second.line) && sharesStages(other, second));
        if (!first) continue;
        const place = second.line.command.place;
        const where = `line ${first.line.command.place.line}`;
        if (first.stages && second.stages) {
          const shared = [...first.stages].filter(stage => second.stages?.has(stage)).map(({ name }) => name);
          report(place, `this runs ${listed(shared)} a second time, after the call in ${where}`);
        } else
          report(place, `this call and the one in ${where} run the stages they share twice`, { severity: "warning" });
      }
    }
  },
});

interface ForcedCall {
  readonly line: CommandLine;
  readonly folder: string | undefined;
  /** All that it runs; absent where its targets, or the stages there are, are not known. */
  readonly stages: ReadonlySet<DvcStage> | undefined;
}

const forced = ({ steps }: Job, repository: RepositoryContents | undefined): readonly ForcedCall[] =>
  steps
    .flatMap(commandLines)
    .filter(
      line =>
        line.name === "dvc repro" &&
        hasFlag(line, "--force") &&
        !hasFlag(line, "--single-item", "--downstream", "--dry", "--glob", "--recursive", "--all-pipelines"),
    )
    .map(line => {
      const folder = dvcFolder(line);
      return { line, folder, stages: stagesRun(line, folder, repository) };
    });

const stagesRun = (
  { operands }: CommandLine,
  folder: string | undefined,
  repository: RepositoryContents | undefined,
): ReadonlySet<DvcStage> | undefined => {
  const project = repository && folder !== undefined ? dvcProject(repository, folder) : undefined;
  if (!repository || !project || project.problems.length > 0) return undefined;
  if (operands.some(({ value }) => value === undefined)) return undefined;
  const named = operands.flatMap(({ value }) => findStages(repository, project.folder, value as string));
  return new Set(upstreamOf(repository, operands.length > 0 ? named : project.stages));
};

/** Whether both run a stage, as far as can be told. */
const sharesStages = (first: ForcedCall, second: ForcedCall): boolean => {
  if (first.folder !== second.folder) return false;
  if (!first.stages || !second.stages) return true;
  for (const stage of first.stages) if (second.stages.has(stage)) return true;
  return false;
};

const isConditional = ({ step, command }: CommandLine): boolean =>
  command.conditional ||
  [step.if, step.job.if].some(condition => condition?.expressions.some(({ reads }) => reads.length > 0));

/** Of two branches only one runs. */
const excludes = (first: CommandLine, second: CommandLine): boolean =>
  first.step === second.step && first.command.conditional && second.command.conditional;

const listed = (names: readonly string[]): string => {
  const shown = names
    .slice(0, 3)
    .map(name => `\`${name}\``)
    .join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more stages` : shown;
};
