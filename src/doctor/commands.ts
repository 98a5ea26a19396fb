import type { ConfigPath } from "../config/issues.ts";
import type { Pipeline } from "../config/pipeline.ts";
import type { ShellCommand, Word } from "../lint/script.ts";
import { readCommands } from "../lint/script.ts";
import { isPython, moduleOf } from "../lint/wrappers.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import { findStages, upstreamOf } from "../repository/dvc/stages.ts";
import type { Spot } from "../repository/source-problem.ts";

/** A piece of shell that a generated workflow runs. */
export interface CommandUse {
  /** As a message names it: a field, or ``stage `fit` ``. */
  readonly title: string;
  /** Where it is written. */
  readonly spot: Spot;
  /** The field of the config, or the stage of a `dvc.yaml` that it is. */
  readonly source:
    | { readonly kind: "field"; readonly path: ConfigPath }
    | { readonly kind: "stage"; readonly stage: string };
  readonly purpose: "install" | "check" | "stage" | "freshness" | "promote" | "monitor" | "retrain";
  /** The folder it runs in, relative to the repository. */
  readonly folder: string;
  readonly text: string;
  /** The programs it calls, as the shell would; none where it is no shell. */
  readonly commands: readonly ShellCommand[];
}

/** A Python module or script that a command runs, with its arguments. */
export interface PythonUse {
  readonly kind: "module" | "script";
  readonly name: string;
  readonly args: readonly Word[];
}

/** What `python …` runs; absent for other programs. */
export const pythonOf = (command: ShellCommand): PythonUse | undefined =>
  isPython(command.name) ? moduleOf(command.args) : undefined;

interface Places {
  readonly at: (path: ConfigPath) => Spot;
  readonly field: (path: ConfigPath) => string;
}

/** Every command that the workflows of a pipeline run: its own, and those of the stages they reproduce. */
export const commandsOf = (
  pipeline: Pipeline,
  repository: RepositoryContents,
  { at, field }: Places,
): readonly CommandUse[] => [...ownCommands(pipeline, { at, field }), ...stageCommands(pipeline, repository)];

const ownCommands = (pipeline: Pipeline, { at, field }: Places): readonly CommandUse[] => {
  const { files, python, checks, freshness, promote, nightly } = pipeline;
  const use = (purpose: CommandUse["purpose"], path: ConfigPath, text: string): CommandUse => ({
    title: field(path),
    spot: at(path),
    source: { kind: "field", path },
    purpose,
    folder: pipeline.root,
    text,
    commands: programsOf(text),
  });
  const [ci, cd, night] = [files.ci !== false, files.cd !== false, files.nightly !== false];
  return [
    ...python.install.map((text, index) => use("install", ["python", "install", index], text)),
    ...(ci ? checks.map(({ id, command }) => use("check", ["checks", id], command)) : []),
    ...(freshness && (cd || night) ? [use("freshness", ["freshness", "command"], freshness.command)] : []),
    ...(promote && cd ? [use("promote", ["promote", "command"], promote.command)] : []),
    ...(nightly.monitor && night ? [use("monitor", ["nightly", "monitor", "command"], nightly.monitor.command)] : []),
    ...(nightly.retrain && nightly.retrain.mode === "inline" && night
      ? [use("retrain", ["nightly", "retrain", "command"], nightly.retrain.command)]
      : []),
  ];
};

const stageCommands = ({ root, dvc }: Pipeline, repository: RepositoryContents): readonly CommandUse[] => {
  const wanted = [...dvc.stages.train, ...dvc.stages.drift].flatMap(name => findStages(repository, root, name));
  return upstreamOf(repository, wanted).flatMap(stage =>
    stage.commands.map(
      ({ text, spot }): CommandUse => ({
        title: `stage \`${stage.name}\``,
        spot,
        source: { kind: "stage", stage: stage.name },
        purpose: "stage",
        folder: stage.folder,
        text,
        commands: programsOf(text),
      }),
    ),
  );
};

/** A command as bash reads it. Places within it are of no use: they are those of the command. */
const programsOf = (text: string): readonly ShellCommand[] =>
  readCommands(text, () => NOWHERE, { environment: () => undefined, shell: "bash" }).commands;

const NOWHERE = { line: 1, column: 1, endLine: 1, endColumn: 1 };
