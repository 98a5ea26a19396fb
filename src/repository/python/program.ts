import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import { argparseLibrary } from "./argparse.ts";
import { clickLibrary } from "./click.ts";
import type { CommandLineInterface } from "./command-line.ts";
import { importRoots } from "./import-roots.ts";
import { Interpreter } from "./interpreter.ts";
import type { Fact, Library } from "./library.ts";
import { mlflowLibrary } from "./mlflow.ts";
import { mainFile } from "./modules.ts";
import { repositoryPath } from "./paths.ts";
import { standardLibrary } from "./standard-library.ts";
import { typerLibrary } from "./typer.ts";

/** What a command runs: `python -m name`, or `python name`. */
export interface ProgramTarget {
  readonly kind: "module" | "script";
  readonly name: string;
}

/** A program of the repository, as far as it can be followed without running it. */
export interface Program {
  /** Relative to the repository. */
  readonly file: string;
  /** Absent where it is not known how it reads its command line. */
  readonly commandLine: CommandLineInterface | undefined;
  /** What it does outside of itself. */
  readonly facts: readonly Fact[];
}

export const libraries: Library = {
  ...standardLibrary,
  ...argparseLibrary,
  ...clickLibrary,
  ...typerLibrary,
  ...mlflowLibrary,
};

/** Where Python looks for the modules of a program of the repository, in that order. */
const rootsOf = (repository: RepositoryContents, folder: string, { kind, name }: ProgramTarget): readonly string[] => {
  const roots = importRoots(repository, folder);
  const own = kind === "script" ? repositoryPath(posix.dirname(name), folder) : undefined;
  return own === undefined || roots.includes(own) ? roots : [own, ...roots];
};

/**
 * Follows the program that a command runs in a folder; `undefined` where it is not the repository's own. `words`: those behind its
 * name, of which `undefined` ones are only known at run time.
 */
export const programOf = (
  repository: RepositoryContents,
  folder: string,
  target: ProgramTarget,
  words: readonly (string | undefined)[],
): Program | undefined => {
  const known = programs(repository, folder);
  const key = JSON.stringify([target.kind, target.name, words.map(word => word ?? null)]);
  if (!known.has(key)) known.set(key, follow(repository, folder, target, words));
  return known.get(key);
};

const programs = remembered(() => new Map<string, Program | undefined>());

const follow = (
  repository: RepositoryContents,
  folder: string,
  target: ProgramTarget,
  words: readonly (string | undefined)[],
): Program | undefined => {
  const roots = rootsOf(repository, folder, target);
  const file =
    target.kind === "module" ? mainFile(repository, roots, target.name) : repositoryPath(target.name, folder);
  if (file === undefined || !file.endsWith(".py") || repository.text(file) === undefined) return undefined;
  const interpreter = new Interpreter({ repository, roots, folder, words, libraries });
  interpreter.run(file, "__main__");
  const { commandLine, facts, isComplete } = interpreter;
  return {
    file,
    commandLine: commandLine && (isComplete ? commandLine : { ...commandLine, isComplete: false }),
    facts,
  };
};

/** What may stand behind the name of a module or script; absent where it is not the repository's own, or that is not known. */
export const commandLineOf = (
  repository: RepositoryContents,
  folder: string,
  target: ProgramTarget,
): CommandLineInterface | undefined => programOf(repository, folder, target, [])?.commandLine;
