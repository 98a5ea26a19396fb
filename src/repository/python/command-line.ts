import type { Spot } from "../source-problem.ts";
import type { Value } from "./values.ts";

/** How many words an option takes for its value. */
export type Takes = "none" | "one" | "optional" | "some" | "any" | number;

/** An option as a program defines it. */
export interface CommandOption {
  readonly spot: Spot;
  /** All of its names: `--config`, `-c`. */
  readonly names: readonly string[];
  /** What the program's code calls its value. */
  readonly destination: string;
  readonly takes: Takes;
  readonly takesValue: boolean;
  readonly required: boolean;
  /** Whether it answers and ends the program, as `--version` does. */
  readonly answers?: boolean;
  /** Where it is text, a number or a truth that is known. */
  readonly default?: string | number | boolean;
  readonly choices?: readonly string[];
  /** What the code gets of it when it is not given. */
  readonly fallback: Value;
  /** What the code gets of it when it is given: of its value, or of the option itself. */
  readonly given: (text: string | undefined) => Value;
}

/** A word that a program takes by its place. */
export interface CommandOperand {
  readonly name: string;
  readonly required: boolean;
  readonly many: boolean;
  readonly choices?: readonly string[];
  readonly fallback: Value;
  readonly given: (text: string | undefined) => Value;
}

/** What may stand behind a program's name. */
export interface CommandLineInterface {
  /** Where it is defined. */
  readonly file: string;
  /** argparse takes the beginning of a name, click does not. */
  readonly dialect: "argparse" | "click";
  /** By each name. */
  readonly options: ReadonlyMap<string, CommandOption>;
  readonly positionals: readonly CommandOperand[];
  readonly subcommands: ReadonlyMap<string, CommandLineInterface>;
  readonly isSubcommandRequired: boolean;
  /** Whether all of it is known; otherwise nothing can be said of an option that is not in it. */
  readonly isComplete: boolean;
  readonly takesBeginnings: boolean;
}

/** What words say to a program. */
export interface ReadWords {
  readonly problems: readonly WordProblem[];
  /** The words that each option was given: `[undefined]` for one without a value. */
  readonly options: ReadonlyMap<CommandOption, readonly (string | undefined)[]>;
  readonly operands: readonly (string | undefined)[];
  /** The subcommand that is chosen, and what its words say. */
  readonly subcommand?: { readonly name: string; readonly of: CommandLineInterface; readonly words: ReadWords };
}

export interface WordProblem {
  readonly kind: "unknown-option" | "ambiguous-option" | "missing-option" | "missing-value" | "invalid-choice";
  /** Which word; absent for what is not there. */
  readonly index?: number;
  readonly name: string;
  readonly option?: CommandOption;
  /** Options that may be meant. */
  readonly candidates: readonly string[];
  readonly of: CommandLineInterface;
}

/** Reads the words behind a program's name as its library would; `undefined` is a word that is only known at run time. */
export const readWords = (line: CommandLineInterface, words: readonly (string | undefined)[], start = 0): ReadWords => {
  const problems: WordProblem[] = [];
  const options = new Map<CommandOption, (string | undefined)[]>();
  const operands: (string | undefined)[] = [];
  // Whether nothing unknown was met, which may be anything.
  let isCertain = line.isComplete;
  let answers = false;
  let subcommand: ReadWords["subcommand"];
  let onlyOperands = false;
  let index = start;
  const report = (problem: Omit<WordProblem, "of">): void => {
    if (isCertain) problems.push({ ...problem, of: line });
  };
  const give = (option: CommandOption, values: readonly (string | undefined)[]): void => {
    options.set(option, [...(options.get(option) ?? []), ...values]);
    if (option.answers) answers = true;
  };
  const choose = (option: CommandOption, value: string | undefined, at: number, name: string): void => {
    if (value !== undefined && option.choices && !option.choices.includes(value))
      report({ kind: "invalid-choice", index: at, name, option, candidates: option.choices });
  };
  const looksLikeOption = (word: string | undefined): boolean =>
    word !== undefined &&
    /^-./.test(word) &&
    !/^-\d*\.?\d+$/.test(word) &&
    !(line.dialect === "argparse" && word.includes(" "));

  while (index < words.length) {
    const word = words[index];
    if (word === undefined) {
      isCertain = false;
      operands.push(undefined);
      index += 1;
      continue;
    }
    if (word === "--" && !onlyOperands) {
      onlyOperands = true;
      index += 1;
      continue;
    }
    if (onlyOperands || !looksLikeOption(word)) {
      const chosen = line.subcommands.get(word);
      if (line.subcommands.size > 0 && operands.length >= line.positionals.filter(({ many }) => !many).length) {
        if (chosen) {
          subcommand = { name: word, of: chosen, words: readWords(chosen, words, index + 1) };
          break;
        }
        isCertain = false;
      }
      operands.push(word);
      index += 1;
      continue;
    }
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    if (isHelp(name) && !line.options.has(name)) {
      answers = true;
      break;
    }
    const found = find(line, name);
    if (found.kind === "one") {
      index += 1;
      index += take(found.option, attached, index, name);
      continue;
    }
    if (!word.startsWith("--")) {
      const short = line.options.get(word.slice(0, 2));
      if (short) {
        // `-ofile`, or `-vq` of options without values.
        index += 1;
        const rest = word.slice(2);
        if (short.takes === "none") {
          give(short, [undefined]);
          for (const letter of rest) {
            const other = line.options.get(`-${letter}`);
            if (other?.takes === "none") give(other, [undefined]);
            else if (other) isCertain = false;
            else report({ kind: "unknown-option", index: index - 1, name: `-${letter}`, candidates: [] });
          }
        } else give(short, [rest.replace(/^=/, "")]);
        continue;
      }
    }
    if (found.kind === "several") report({ kind: "ambiguous-option", index, name, candidates: found.names });
    else report({ kind: "unknown-option", index, name, candidates: [...line.options.keys()] });
    index += 1;
    // What follows may be its value.
    const next = words[index];
    if (
      attached === undefined &&
      next !== undefined &&
      !looksLikeOption(next) &&
      operands.length >= line.positionals.length
    )
      index += 1;
  }

  function take(option: CommandOption, attached: string | undefined, from: number, name: string): number {
    if (attached !== undefined || option.takes === "none") {
      give(option, [attached]);
      choose(option, attached, from - 1, name);
      return 0;
    }
    const least =
      typeof option.takes === "number" ? option.takes : option.takes === "one" || option.takes === "some" ? 1 : 0;
    const most =
      typeof option.takes === "number"
        ? option.takes
        : option.takes === "one" || option.takes === "optional"
          ? 1
          : Infinity;
    const isGreedy = line.dialect === "click";
    const values: (string | undefined)[] = [];
    while (values.length < most && from + values.length < words.length) {
      const word = words[from + values.length];
      if (!isGreedy && looksLikeOption(word)) break;
      values.push(word);
      choose(option, word, from + values.length - 1, name);
      if (word === undefined && most > 1) isCertain = false;
    }
    if (values.length < least) report({ kind: "missing-value", index: from - 1, name, option, candidates: [] });
    give(option, values.length === 0 ? [undefined] : values);
    return values.length;
  }

  const given = new Set(options.keys());
  if (!answers)
    for (const option of new Set(line.options.values()))
      if (option.required && !given.has(option))
        report({ kind: "missing-option", name: longest(option.names), option, candidates: [] });
  return {
    // What answers ends the program before it looks at the rest.
    problems: answers ? [] : [...problems, ...(subcommand?.words.problems ?? [])],
    options,
    operands,
    ...(subcommand ? { subcommand } : {}),
  };
};

const isHelp = (name: string): boolean => name === "--help" || name === "-h";

/** The name that says most. */
const longest = (names: readonly string[]): string =>
  [...names].sort((one, other) => other.length - one.length)[0] ?? "";

const find = (
  line: CommandLineInterface,
  name: string,
):
  | { readonly kind: "one"; readonly option: CommandOption }
  | { readonly kind: "several"; readonly names: readonly string[] }
  | { readonly kind: "none" } => {
  const exact = line.options.get(name);
  if (exact) return { kind: "one", option: exact };
  if (!line.takesBeginnings || !name.startsWith("--")) return { kind: "none" };
  const names = [...line.options.keys(), "--help"].filter(known => known.startsWith(name));
  const [first] = names;
  const option = first === undefined ? undefined : line.options.get(first);
  if (names.length === 1 && option) return { kind: "one", option };
  if (names.length > 1) return { kind: "several", names };
  return { kind: "none" };
};
