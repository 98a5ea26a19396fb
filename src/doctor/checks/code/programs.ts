import { posix } from "node:path";
import type { ShellCommand, Word } from "../../../lint/script.ts";
import type { RepositoryContents } from "../../../repository/contents.ts";
import type { Program } from "../../../repository/python/program.ts";
import { programOf } from "../../../repository/python/program.ts";
import type { CommandUse, PythonUse } from "../../commands.ts";
import { pythonOf } from "../../commands.ts";

/** A Python program that a command of a workflow runs. */
export interface ProgramUse {
  readonly use: CommandUse;
  readonly command: ShellCommand;
  readonly python: PythonUse;
  /** The words behind its name; `undefined`: only known at run time. Those that the workflow appends come last. */
  readonly words: readonly (string | undefined)[];
  /** How many of the words the workflow appends. */
  readonly appended: number;
}

/** The Python programs that a command runs, where it is certain in which folder. */
export const programsIn = (use: CommandUse): readonly ProgramUse[] => {
  if (use.commands.some(({ name, args, environment }) => movesPython(name, args) || environment.has("PYTHONPATH")))
    return [];
  return use.commands.flatMap((command, index): readonly ProgramUse[] => {
    const python = pythonOf(command);
    if (!python) return [];
    const more = use.purpose === "freshness" && index === use.commands.length - 1 ? APPENDED : [];
    const own = python.args.map(({ value, splits }) => (splits ? undefined : value));
    return [{ use, command, python, words: [...own, ...more], appended: more.length }];
  });
};

/** What the workflows append to the freshness command. */
const APPENDED = ["--max-age-hours", "48", "--fail-on-stale"];

/** Whether Python looks for modules elsewhere after a command. */
const movesPython = (name: string | undefined, args: readonly Word[]): boolean =>
  name === "cd" || name === "pushd" || name === undefined || args.some(({ start }) => start.startsWith("PYTHONPATH="));

/** The program itself, followed with the words it is given; `undefined` where it is not the repository's own. */
export const followed = (repository: RepositoryContents, { use, python, words }: ProgramUse): Program | undefined =>
  programOf(repository, posix.normalize(use.folder), python, words);
