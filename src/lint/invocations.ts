import type { FlagUse, Invocation } from "./programs/invocation.ts";
import { readInvocation } from "./programs/invocation.ts";
import type { ShellCommand, Word } from "./script.ts";
import type { Step, Workflow } from "./workflow.ts";

/** A command of a step whose program is known: dvc, mlflow, aws, docker. */
export interface CommandLine {
  readonly step: Step;
  readonly command: ShellCommand;
  readonly invocation: Invocation;
  /** `dvc remote add`: program and subcommand, for messages and comparison. */
  readonly name: string;
  /** The words that are neither flags nor their values. */
  readonly operands: readonly Word[];
}

const known = new WeakMap<ShellCommand, CommandLine | null>();

/** What a command says to a program whose words are known. */
export const commandLine = (step: Step, command: ShellCommand): CommandLine | undefined => {
  let line = known.get(command);
  if (line === undefined) {
    const invocation = command.name === undefined ? undefined : readInvocation(command.name, command.args);
    line = invocation
      ? {
          step,
          command,
          invocation,
          name: [invocation.program, ...invocation.subcommand].join(" "),
          operands: invocation.operands.flatMap(index => command.args[index] ?? []),
        }
      : null;
    known.set(command, line);
  }
  return line ?? undefined;
};

/** The commands of a step that call a program whose words are known, in the order they are written. */
export const commandLines = (step: Step): readonly CommandLine[] => {
  let lines = knownLines.get(step);
  if (!lines) {
    lines = (step.script?.commands ?? []).flatMap(command => commandLine(step, command) ?? []);
    knownLines.set(step, lines);
  }
  return lines;
};

const knownLines = new WeakMap<Step, readonly CommandLine[]>();

/** Those of all steps. */
export const allCommandLines = ({ steps }: Workflow): readonly CommandLine[] => steps.flatMap(commandLines);

/** Whether it has one of these flags, by their long names. */
export const hasFlag = ({ invocation }: CommandLine, ...names: readonly string[]): boolean =>
  names.some(name => invocation.flags.has(name));

/** A flag's value, and which argument it is; of a flag that is given twice, the last. */
export const flagValue = ({ invocation }: CommandLine, name: string): FlagUse | undefined =>
  invocation.flags.get(name)?.at(-1);
