import { posix } from "node:path";
import type { ShellCommand, Word } from "../../lint/script.ts";
import { plainVariable, readCommands } from "../../lint/script.ts";
import { CHANGING } from "../../lint/workspace.ts";
import { isPython, moduleOf } from "../../lint/wrappers.ts";
import type { Spot } from "../../repository/source-problem.ts";
import type { Known, RunStep } from "./run.ts";
import { spotOf } from "./run.ts";
import { expressionValue, nodeValue, variableValue } from "./values.ts";

/** A command of a step, and where in its script it stands. */
export interface CommandUse {
  readonly at: RunStep;
  readonly command: ShellCommand;
  readonly spot: Spot;
  readonly script: string;
  /** Offsets in the script: of its first word, of the program behind `uv run` and the like, and of its end. */
  readonly start: number;
  readonly program: number;
  readonly end: number;
}

/** A longer script is a program of its own, and no config has it. */
const MOST = 300;

const known = new WeakMap<RunStep, readonly CommandUse[]>();

/** The commands of a step, in order; not those whose output is only taken as text. */
export const commandsOf = (run: RunStep): readonly CommandUse[] => {
  let uses = known.get(run);
  if (!uses) {
    uses = readUses(run);
    known.set(run, uses);
  }
  return uses;
};

const readUses = (run: RunStep): readonly CommandUse[] => {
  const { step } = run;
  const script = step.run?.text;
  if (script === undefined || !step.script || step.script.commands.length > MOST) return [];
  const place = (start: number, end: number) => ({ line: 1, column: start, endLine: 1, endColumn: end });
  // The same script once more, for where its commands stand in its text.
  const { commands } = readCommands(script, place, {
    environment: name => step.variable(name),
    shell: step.shell,
  });
  return step.script.commands.flatMap((command, index) => {
    const twin = commands[index];
    if (!twin || command.captured) return [];
    const { column: start, endColumn: end } = twin.place;
    const use: CommandUse = {
      at: run,
      command,
      get spot() {
        return spotOf(run, command);
      },
      script,
      start,
      program: twin.program.place.column,
      end,
    };
    return [use];
  });
};

/** The module or script that it runs with Python: `creditrisk.utils.data_freshness`, `scripts/train.py`. */
export const pythonTarget = ({ command }: CommandUse): string | undefined =>
  isPython(command.name) ? moduleOf(command.args)?.name : undefined;

/** Programs under which a command can stand that are of no use where `.venv` is active. */
const RUNNERS: ReadonlySet<string> = new Set(["uv run", "poetry run", "pipenv run", "pdm run", "sudo"]);

/** A command on one line, or why it cannot be one. */
export type Line = { readonly text: string } | { readonly problem: string };

/** Which variables a command may read: those the generated step has too. */
type IsProvided = (name: string) => boolean;

/**
 * A command as the config takes it: on one line, from the pipeline's root, with the values that the workflow states put in.
 * `without`: words that are left out.
 */
export const lineOf = (use: CommandUse, root: string, isProvided: IsProvided, without: readonly Word[] = []): Line => {
  const { at, command, script } = use;
  if (command.inFunction !== undefined || command.repeated) return { problem: "it is part of a loop or a function" };
  const wrapper = script.slice(use.start, use.program).trim();
  const isPiped = isInPipe(use);
  const whole = isPiped ? statementAround(use) : script.slice(RUNNERS.has(wrapper) ? use.program : use.start, use.end);
  if (whole === undefined) return { problem: "it is part of a longer statement" };
  const body = without.reduce((text, word) => withoutWord(text, word.text), whole);
  const redirects = isPiped ? "" : redirectsOf(command);
  if (redirects === undefined) return { problem: "it reads a here document" };
  const prefix = isPiped ? "" : assignmentsOf(command);
  if (prefix === undefined) return { problem: "the script computes a variable for it" };
  const filled = filledIn(prefix + body + redirects, at, isProvided, isPiped ? wordsOfStatement(use) : [command]);
  if ("problem" in filled) return filled;
  const environment = ownEnvironment(at, filled.text, isProvided);
  if ("problem" in environment) return environment;
  const folder = folderOf(use, root);
  if (folder === undefined) return { problem: "it depends on the folder that an earlier command went to" };
  const text = `${folder}${environment.text}${filled.text}`.replaceAll(/\s*\\\r?\n\s*/g, " ").trim();
  return /[\r\n]/.test(text) ? { problem: "it spans several lines" } : { text };
};

const withoutWord = (text: string, word: string): string => {
  const at = ` ${text} `.indexOf(` ${word} `);
  return at < 0
    ? text.replace(word, "").replaceAll(/ {2,}/g, " ")
    : `${text.slice(0, Math.max(0, at - 1))}${text.slice(at + word.length)}`;
};

/** All commands of the pipe it is a part of, or itself alone. */
export const wordsOfStatement = (use: CommandUse): readonly ShellCommand[] => {
  const { from, to } = lineBounds(use);
  return commandsOf(use.at)
    .filter(({ start }) => start >= from && start < to)
    .map(({ command }) => command);
};

const isInPipe = ({ at, command }: CommandUse): boolean =>
  command.pipedInto !== undefined || commandsOf(at).some(other => other.command.pipedInto?.program === command.program);

/** The line of the script it stands in, where that is a statement of its own. */
const statementAround = (use: CommandUse): string | undefined => {
  if (use.command.conditional && commandsOf(use.at).length > wordsOfStatement(use).length) return undefined;
  const { from, to } = lineBounds(use);
  return use.script.slice(from, to).trim();
};

const lineBounds = ({ script, start, end }: CommandUse): { readonly from: number; readonly to: number } => {
  const isContinued = (newline: number) => /\\\r?$/.test(script.slice(Math.max(0, newline - 2), newline));
  let from = script.lastIndexOf("\n", start);
  while (from > 0 && isContinued(from)) from = script.lastIndexOf("\n", from - 1);
  let to = script.indexOf("\n", end);
  while (to >= 0 && isContinued(to)) to = script.indexOf("\n", to + 1);
  return { from: from + 1, to: to < 0 ? script.length : to };
};

const redirectsOf = ({ redirects }: ShellCommand): string | undefined => {
  let text = "";
  for (const { operator, descriptor, target } of redirects) {
    if (operator.startsWith("<<") || !target) return undefined;
    text += ` ${descriptor ?? ""}${operator}${operator.endsWith("&") ? "" : " "}${target.text}`;
  }
  return text;
};

const assignmentsOf = ({ environment }: ShellCommand): string | undefined => {
  let text = "";
  for (const [name, value] of environment) {
    if (!value) return undefined;
    text += `${name}=${value.text} `;
  }
  return text;
};

/** Variables that every step of GitHub has, or the shell sets. */
const ALWAYS = /^(?:GITHUB_\w+|RUNNER_\w+|CI|HOME|PATH|PWD|USER|SHELL|LANG|TMPDIR|\d+|[?#@*$!-])$/;

/** Puts in what the workflow says of variables and expressions. */
const filledIn = (text: string, at: RunStep, isProvided: IsProvided, commands: readonly ShellCommand[]): Line => {
  const words = commands.flatMap(({ program, args, redirects, environment }) => [
    program,
    ...args,
    ...redirects.flatMap(({ target }) => target ?? []),
    ...[...environment.values()].flatMap(value => value ?? []),
  ]);
  const expansions = new Set(words.flatMap(word => word.expansions));
  let filled = text;
  for (const expansion of [...expansions].sort((a, b) => b.length - a.length)) {
    const name = plainVariable(expansion);
    const isExpression = expansion.startsWith("${{");
    if (name !== undefined && !isExpression && (ALWAYS.test(name) || isProvided(name))) continue;
    const value = isExpression
      ? expressionValue(expansion, at)
      : name === undefined
        ? { kind: "unknown" as const, text: expansion }
        : variableValue(name, at);
    // Nothing sets it: it is empty there as it is here.
    if (value === undefined) continue;
    if (value.kind !== "text") return { problem: reads(value, expansion) };
    if (!/^[\w@%+=:,./ -]*$/.test(value.text))
      return { problem: `the value of \`${expansion}\` would have to be quoted` };
    filled = filled.replaceAll(expansion, value.text);
  }
  return { text: filled };
};

const reads = (value: Known, written: string): string => {
  switch (value.kind) {
    case "secret":
      return `it reads the secret \`${value.name}\``;
    case "variable":
      return `it reads the variable \`${value.name}\``;
    default:
      return `what \`${written}\` is, is only known at run time`;
  }
};

/** What the step puts into the environment for the program itself, in front of the command. */
const ownEnvironment = (at: RunStep, text: string, isProvided: IsProvided): Line => {
  let made = "";
  for (const entry of at.step.env) {
    const isAsked = at.file.asked.has(entry);
    at.file.asked.add(entry);
    if (isProvided(entry.key) || (isAsked && !text.includes(entry.key))) continue;
    const value = nodeValue(entry.value, at);
    if (value?.kind !== "text") return { problem: reads(value ?? { kind: "unknown", text: "" }, entry.key) };
    made += `${entry.key}=${quoted(value.text)} `;
  }
  return { text: made };
};

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** `cd folder && ` where it does not run in the root. */
const folderOf = (use: CommandUse, root: string): string | undefined => {
  const before = commandsOf(use.at).filter(({ start }) => start < use.start);
  if (before.some(({ command }) => command.name !== undefined && CHANGING.has(command.name))) return undefined;
  const folder = use.at.step.workingDirectory;
  if (folder === undefined) return undefined;
  const relative = posix.relative(posix.normalize(root), posix.normalize(folder));
  if (relative === "") return "";
  return `cd ${quoted(relative)} && `;
};
