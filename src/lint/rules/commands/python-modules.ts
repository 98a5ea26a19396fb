import type { RepositoryContents } from "../../../repository/contents.ts";
import type { ModuleState } from "../../../repository/python/modules.ts";
import { findModule } from "../../../repository/python/modules.ts";
import type { ShellCommand, Word } from "../../script.ts";
import type { Step } from "../../workflow.ts";
import { folderOf, repositoryPath } from "../../workspace.ts";
import { isPython, moduleOf } from "../../wrappers.ts";

/** A module of Python that a command names, and what the repository knows of it. */
export interface CalledModule {
  readonly name: string;
  readonly word: Word;
  /** Absent where its package is not the repository's, or it is not certain where Python looks. */
  readonly state: ModuleState | undefined;
  /** Whether it is run by `python -m`, and not imported by a server. */
  readonly isRun: boolean;
  readonly args: readonly Word[];
}

/** `python -m package.module`, `uvicorn package.module:app`, `gunicorn package.module:app`. */
export const calledModule = (
  step: Step,
  command: ShellCommand,
  repository: RepositoryContents,
): CalledModule | undefined => {
  const called = isPython(command.name) ? moduleOf(command.args) : servedModule(command);
  if (called?.kind !== "module" || !/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(called.name)) return undefined;
  const roots = importRoots(step, command);
  const state = roots && findModule(repository, roots, called.name);
  return { name: called.name, word: called.word, args: called.args, isRun: isPython(command.name), state };
};

const servedModule = ({ name, args }: ShellCommand): ReturnType<typeof moduleOf> => {
  if (name !== "uvicorn" && name !== "gunicorn") return undefined;
  // Elsewhere than in the working directory.
  if (args.some(({ start }) => /^--(?:app-dir|chdir|pythonpath)\b/.test(start))) return undefined;
  const word = args.find(
    ({ value }) => value !== undefined && /^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(.*\))?$/.test(value),
  );
  return word && { kind: "module", name: (word.value as string).split(":")[0] as string, word, args: [] };
};

/** The folders Python imports the project's code from: the working directory, `src` below it, and what PYTHONPATH says. */
const importRoots = (step: Step, command: ShellCommand): readonly string[] | undefined => {
  const folder = folderOf(step, command);
  if (folder === undefined) return undefined;
  const roots = [folder, repositoryPath(folder, "src") as string];
  const inScript = step.script?.assignments.some(({ name }) => name === "PYTHONPATH");
  if (!step.hasVariable("PYTHONPATH") && !inScript) return roots;
  const path = step.variable("PYTHONPATH");
  if (path === undefined || inScript) return undefined;
  const more = path
    .split(":")
    .filter(part => part !== "")
    .map(part => repositoryPath(folder, part));
  return more.includes(undefined) ? undefined : [...roots, ...(more as readonly string[])];
};
