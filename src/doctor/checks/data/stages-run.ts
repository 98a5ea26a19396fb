import type { DvcStage } from "../../../repository/dvc/project.ts";
import { findStages, upstreamOf } from "../../../repository/dvc/stages.ts";
import type { CheckContext } from "../../check.ts";
import { inRoot } from "../../places.ts";

type Subject = Pick<CheckContext, "pipeline" | "repository">;

/** The stages that the workflows reproduce, with all that these need. */
export const stagesRun = ({ pipeline: { root, dvc }, repository }: Subject): readonly DvcStage[] =>
  upstreamOf(
    repository,
    [...dvc.stages.train, ...dvc.stages.drift].flatMap(name => findStages(repository, root, name)),
  );

/** The workflow files that are generated. */
export const generatedFiles = ({ files }: CheckContext["pipeline"]): readonly string[] =>
  [files.ci, files.cd, files.nightly].flatMap(file => (file === false ? [] : `.github/workflows/${file}`));

/** The `dvc.yaml` of the pipeline. */
export const mainFile = ({ pipeline }: Subject): string => inRoot(pipeline, "dvc.yaml");

/** Names in backticks, the first few of many. */
export const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, 3).map(name => `\`${name}\``);
  if (names.length > 3) return `${shown.join(", ")} and ${names.length - 3} more`;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : shown.join("");
};
