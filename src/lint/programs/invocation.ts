import { aws } from "./aws.ts";
import { docker } from "./docker.ts";
import { dvc } from "./dvc.ts";
import { type Argument, type Command, Commands, type Flag } from "./grammar.ts";
import { mlflow } from "./mlflow.ts";
import { suggestion } from "./suggestion.ts";

/** A program's command line, as the program reads it. */
export interface Invocation {
  readonly program: string;
  /** `["remote", "add"]`, by the name that the program itself calls it: `["image", "ls"]` for `docker images`. */
  readonly subcommand: readonly string[];
  /** Flags by their canonical (long) name; the index is that of the value, or of the flag if it has none of its own. */
  readonly flags: ReadonlyMap<string, readonly FlagUse[]>;
  /** Indices of the positional arguments; a word that is only known at run time is taken for one. */
  readonly operands: readonly number[];
  readonly problems: readonly InvocationProblem[];
  /** False where later words cannot be told: after a word that may become several, or where the command is not known. */
  readonly certain: boolean;
}

/** One use of a flag. */
export interface FlagUse {
  readonly index: number;
  readonly value: Argument | undefined;
}

/** Something that the program refuses. */
export interface InvocationProblem {
  readonly kind:
    | "unknown-subcommand"
    | "unknown-flag"
    | "missing-value"
    | "unexpected-value"
    | "missing-operand"
    | "unexpected-operand"
    | "invalid-choice";
  /** Which argument; -1 for the program itself. */
  readonly index: number;
  /** The flag, subcommand or operand as written. */
  readonly name: string;
  readonly suggestion?: string | undefined;
}

const programs: ReadonlyMap<string, Commands> = new Map(
  Object.entries({ aws, docker, dvc, mlflow }).map(([name, grammar]) => [name, new Commands(grammar)]),
);

/** Reads the words after a program's name; undefined for a program that is not known. */
export const readInvocation = (program: string, args: readonly Argument[]): Invocation | undefined => {
  const commands = programs.get(program);
  return commands && new Reading(program, commands, args).read();
};

class Reading implements Invocation {
  readonly program: string;
  readonly flags = new Map<string, FlagUse[]>();
  readonly operands: number[] = [];
  problems: InvocationProblem[] = [];
  certain = true;

  readonly #commands: Commands;
  readonly #args: readonly Argument[];
  readonly #root: Command;
  #command: Command;
  #next = 0;
  /** Where the command was named. */
  #named = -1;
  #flagsEnded = false;
  /** Whether nothing can be said of the words to come. */
  #stopped = false;
  /** Whether the program only answers a question, such as that for help. */
  #answers = false;
  /** Whether the word before may be a flag that wants this one for its value. */
  #claimed = false;
  /** How many words must be operands. */
  #surely = 0;

  constructor(program: string, commands: Commands, args: readonly Argument[]) {
    const root = commands.get("");
    if (!root) throw new Error(`the grammar of ${program} lacks the program itself`);
    this.program = program;
    this.#commands = commands;
    this.#args = args;
    this.#root = root;
    this.#command = root;
  }

  get subcommand(): readonly string[] {
    return this.#command.path === "" ? [] : this.#command.path.split(" ");
  }

  read(): Invocation {
    while (!this.#stopped) {
      const word = this.#args[this.#next];
      if (!word) break;
      if (this.#flagsEnded || !mayBeFlag(word)) this.#word(word);
      else if (word.value === "--") this.#endFlags();
      else if (textOf(word).startsWith("--")) this.#long(word);
      else this.#short(word);
    }
    this.#count();
    if (this.#answers) this.problems = [];
    return this;
  }

  get #isGroup(): boolean {
    return this.#command.children.length > 0;
  }

  get #dialect() {
    return this.#commands.grammar.dialect;
  }

  #endFlags(): void {
    this.#flagsEnded = true;
    this.#claimed = false;
    this.#next += 1;
  }

  #stop(): void {
    this.#stopped = true;
    this.certain = false;
    // Whatever it is that is not understood: who asks for help gets it, unless it is somebody else's.
    if (this.#command.rest) return;
    if (this.#args.slice(this.#next).some(({ value }) => value !== undefined && help.has(value))) this.#answers = true;
  }

  #report(problem: InvocationProblem): void {
    this.problems.push(problem);
  }

  /** A word that is no flag. */
  #word(word: Argument): void {
    if (this.#isGroup) {
      this.#subcommandWord(word);
      return;
    }
    const index = this.#next;
    const { most, choices, rest } = this.#command;
    const claimed = this.#claimed;
    const isUnknown = word.value === undefined && word.start === "" && !this.#flagsEnded;
    if (word.value === "help" && this.program === "aws") this.#answers = true;
    this.operands.push(index);
    this.#next += 1;
    this.#claimed = isUnknown || word.splits;
    if (word.splits) this.certain = false;
    if (rest) {
      this.#rest();
      return;
    }
    if (!claimed && !isUnknown && !word.splits) this.#surely += 1;
    if (this.certain && !claimed && this.#surely > most) {
      if (this.#surely === most + 1) this.#report({ kind: "unexpected-operand", index, name: textOf(word) });
    } else if (word.value !== undefined && !claimed && this.certain && choices.length > 0) {
      this.#choose(choices, word.value, index, word.value);
    }
  }

  /** Whatever follows the first operand, flags or not. */
  #rest(): void {
    const { most } = this.#command;
    const wasCertain = this.certain && !this.#claimed;
    for (; this.#next < this.#args.length; this.#next += 1) {
      this.operands.push(this.#next);
      if (this.#args[this.#next]?.splits) this.certain = false;
    }
    const beyond = wasCertain && this.certain ? this.operands[most] : undefined;
    const word = beyond === undefined ? undefined : this.#args[beyond];
    if (beyond !== undefined && word) {
      this.#report({ kind: "unexpected-operand", index: beyond, name: textOf(word) });
    }
  }

  #subcommandWord({ value }: Argument): void {
    const { path, children, open, least } = this.#command;
    if (value === undefined || this.#claimed) {
      this.#stop();
      return;
    }
    const child = this.#commands.get(path === "" ? value : `${path} ${value}`);
    if (child) {
      this.#command = child;
      this.#named = this.#next;
      this.#next += 1;
      // Nothing is known of a plugin but its name.
      if (child.open) this.#stop();
      return;
    }
    if (help.has(value)) this.#answers = true;
    else if (!open) {
      const name = suggestion(value, children);
      const kind =
        least > 0 || path === "" || this.#dialect !== "argparse" ? "unknown-subcommand" : "unexpected-operand";
      this.#report({ kind, index: this.#next, name: value, suggestion: name });
    }
    this.#stop();
  }

  #long(word: Argument): void {
    const text = textOf(word);
    const equals = text.indexOf("=");
    if (word.value === undefined && equals < 0) {
      this.#unknowable(word);
      return;
    }
    const name = equals < 0 ? text : text.slice(0, equals);
    const attached = equals < 0 ? undefined : partOf(word, equals + 1);
    const flag = this.#find(name);
    if (flag === "ambiguous") {
      this.#unknowable(word);
      return;
    }
    if (flag) {
      this.#use(flag, name, attached);
      return;
    }
    if (this.#dialect === "argparse" && text.includes(" ")) {
      this.#word(word);
      return;
    }
    this.#unknownFlag(name, attached !== undefined);
  }

  #short(word: Argument): void {
    const text = textOf(word);
    for (let at = 1; at < text.length; at += 1) {
      const name = `-${text[at]}`;
      const flag = this.#find(name);
      if (!flag || flag === "ambiguous") {
        if (this.#dialect === "argparse" && (text.includes(" ") || /^-\d*\.?\d+$/.test(text))) {
          this.#word(word);
          return;
        }
        this.#unknownFlag(this.#dialect === "argparse" ? text : name, text.length > 2);
        return;
      }
      const isLast = at + 1 === text.length;
      const assigns = this.#dialect !== "click" && text[at + 1] === "=";
      if (flag.takes !== "none" || assigns) {
        const attached = isLast && word.value !== undefined ? undefined : partOf(word, at + (assigns ? 2 : 1));
        this.#use(flag, name, attached);
        return;
      }
      if (flag.answers) this.#answers = true;
      this.#record(flag, this.#next, undefined);
    }
    if (word.value === undefined) {
      this.#unknowable(word);
      return;
    }
    this.#claimed = false;
    this.#next += 1;
  }

  /** argparse takes the beginning of a name, if it is the beginning of no other. */
  #find(name: string): Flag | "ambiguous" | undefined {
    const lists = this.#commands.grammar.inherits ? [this.#root.flags, this.#command.flags] : [this.#command.flags];
    const exact = lists.map(flags => flags.get(name)).find(flag => flag !== undefined);
    if (exact || this.#dialect !== "argparse" || !name.startsWith("--")) return exact;
    for (const flags of lists) {
      const longer = new Set([...flags].filter(([known]) => known.startsWith(name)).map(([, flag]) => flag));
      const [only] = longer;
      if (only) return longer.size === 1 ? only : "ambiguous";
    }
    return undefined;
  }

  #unknownFlag(name: string, hasValue: boolean): void {
    if (help.has(name)) this.#answers = true;
    // pflag and click take any word for the value of a flag, which the word before may be.
    else if (!this.#claimed || this.#dialect === "argparse") {
      const names = [
        ...this.#command.flags.keys(),
        ...(this.#commands.grammar.inherits ? this.#root.flags.keys() : []),
      ];
      const like = names.filter(known => known.startsWith("--") === name.startsWith("--") && known.length > 2);
      this.#report({ kind: "unknown-flag", index: this.#next, name, suggestion: suggestion(name, like) });
    }
    this.#next += 1;
    this.#claimed = !hasValue;
    // The next word is its value, or names what all others belong to.
    if (!hasValue && (this.#isGroup || this.#command.rest)) this.#stop();
  }

  /** A flag whose name is not known to its end. */
  #unknowable(word: Argument): void {
    this.#next += 1;
    this.#claimed = true;
    if (word.splits) this.certain = false;
    if (this.#isGroup || this.#command.rest) this.#stop();
  }

  #use(flag: Flag, written: string, attached: Argument | undefined): void {
    const index = this.#next;
    this.#next += 1;
    this.#claimed = attached?.splits ?? false;
    if (attached?.splits) this.certain = false;
    if (flag.answers) this.#answers = true;
    if (attached) {
      this.#record(flag, index, attached);
      if (flag.takes === "none" && this.#dialect !== "pflag") {
        this.#report({ kind: "unexpected-value", index, name: written });
      } else if (attached.value !== undefined) this.#choose(flag.choices, attached.value, index, written);
    } else if (flag.takes === "none" || (flag.takes === "optional" && this.#dialect === "pflag")) {
      this.#record(flag, index, undefined);
    } else this.#values(flag, written, index);
    if (this.#claimed && (this.#isGroup || this.#command.rest)) this.#stop();
  }

  /** The words after a flag that it takes for its values. */
  #values(flag: Flag, written: string, index: number): void {
    const isMany = flag.takes === "some" || flag.takes === "any";
    const isGreedy = this.#dialect !== "argparse" && flag.takes === "one";
    let taken = 0;
    for (; isMany || taken === 0; taken += 1) {
      const word = this.#args[this.#next];
      if (!word || (!isGreedy && mayBeFlag(word) && !isOperandToArgparse(word))) break;
      this.#record(flag, this.#next, word);
      if (word.value !== undefined) this.#choose(flag.choices, word.value, this.#next, written);
      this.#claimed = word.splits;
      if (word.splits) this.certain = false;
      this.#next += 1;
    }
    if (taken > 0) return;
    this.#record(flag, index, undefined);
    // argparse skips a `--` before the value.
    if (flag.takes === "optional" || flag.takes === "any" || this.#args[this.#next]?.value === "--") return;
    this.#report({ kind: "missing-value", index, name: written });
  }

  #record(flag: Flag, index: number, value: Argument | undefined): void {
    const uses = this.flags.get(flag.name) ?? [];
    uses.push({ index, value });
    this.flags.set(flag.name, uses);
  }

  #choose(choices: readonly string[], value: string, index: number, name: string): void {
    if (choices.length === 0 || choices.includes(value)) return;
    this.#report({ kind: "invalid-choice", index, name, suggestion: suggestion(value, choices) });
  }

  /** Whether enough was given, after the last word. */
  #count(): void {
    if (this.#stopped || !this.certain || this.#claimed || this.operands.length >= this.#command.least) return;
    const name = this.#args[this.#named]?.value ?? this.program;
    this.#report({ kind: "missing-operand", index: this.#named, name });
  }
}

const help: ReadonlySet<string> = new Set(["help", "--help", "-h"]);

const textOf = (word: Argument): string => word.value ?? word.start;

const mayBeFlag = (word: Argument): boolean => {
  const text = textOf(word);
  return text.startsWith("-") && (text.length > 1 || word.value === undefined);
};

/** A negative number, or text with a space in it that starts with a dash, is a value to argparse. */
const isOperandToArgparse = (word: Argument): boolean => {
  const text = textOf(word);
  return /^-\d*\.?\d+$/.test(text) || (text.includes(" ") && word.value !== undefined);
};

const partOf = (word: Argument, from: number): Argument => ({
  value: word.value?.slice(from),
  start: textOf(word).slice(from),
  splits: word.splits,
});
