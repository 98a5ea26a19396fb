import type { Script, ShellCommand } from "./script.ts";
import { plainVariable } from "./script.ts";

/** Files through which a step hands values on. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files */
export type EnvironmentFile = "GITHUB_ENV" | "GITHUB_OUTPUT" | "GITHUB_PATH";

const FILES: readonly EnvironmentFile[] = ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH"];

/** A command whose output ends in such a file. */
export interface EnvironmentWrite {
  readonly file: EnvironmentFile;
  /** The command that prints it: the last of a pipe. */
  readonly command: ShellCommand;
  /** Those before it in the pipe, the nearest first. */
  readonly sources: readonly ShellCommand[];
}

export const environmentWrites = (script: Script): readonly EnvironmentWrite[] => {
  const feeding = new Map<object, ShellCommand[]>();
  for (const command of script.commands)
    if (command.pipedInto) {
      const list = feeding.get(command.pipedInto.program) ?? [];
      feeding.set(command.pipedInto.program, [...list, command]);
    }
  const before = (command: ShellCommand): readonly ShellCommand[] =>
    (feeding.get(command.program) ?? []).flatMap(source => [source, ...before(source)]);
  return script.commands.flatMap(command => {
    const file = fileWritten(command);
    return file ? [{ file, command, sources: before(command) }] : [];
  });
};

const fileWritten = ({ name, args, redirects }: ShellCommand): EnvironmentFile | undefined => {
  const words = [
    ...redirects
      .filter(({ operator, descriptor }) => operator.startsWith(">") && (descriptor ?? 1) === 1)
      .flatMap(({ target }) => target ?? []),
    ...(name === "tee" ? args : []),
  ];
  return FILES.find(file =>
    words.some(({ expansions }) => expansions.some(expansion => plainVariable(expansion) === file)),
  );
};
