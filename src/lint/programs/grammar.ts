/** One word after a program's name. */
export interface Argument {
  /** What the program gets; absent where it is only known at run time. */
  readonly value: string | undefined;
  /** The known beginning of a word that is known only in part: `--cluster=` of `--cluster=$X`, "" of `$X`. */
  readonly start: string;
  /** Whether it may become any number of words (an unquoted `$FLAGS`, `"${args[@]}"`, `$@`). */
  readonly splits: boolean;
}

/** What a program accepts, packed as scripts/programs.py writes it; `Commands` reads it. */
export interface Grammar {
  /** Whose way of reading words it is: Python's argparse (dvc, aws), click (mlflow) or Go's pflag (docker). */
  readonly dialect: "argparse" | "click" | "pflag";
  /** Whether the flags of the program itself may stand anywhere, as those of aws may. */
  readonly inherits?: boolean;
  /** Words that several commands share, which name a set as `@name`. */
  readonly sets: Readonly<Record<string, string>>;
  /**
   * Each command by its path, "" being the program: `>path` for another name of a command, or words:
   * `-f,--file=` a flag and how many words it takes (`=` one, `=?` one or none, `=+` some, `=*` any, `=a|b` one of these),
   * with `!` if it answers and ends the program; `1..2` how many operands (`1..` and more), with `!` if what
   * follows the first belongs to somebody else, and `|a|b` if it is one of these; `*` if more is accepted than is known.
   */
  readonly commands: Readonly<Record<string, string>>;
}

/** A flag of a command. */
export interface Flag {
  /** Its long name, where it has one. */
  readonly name: string;
  readonly takes: "none" | "one" | "optional" | "some" | "any";
  readonly choices: readonly string[];
  readonly answers: boolean;
}

/** What one command accepts. */
export interface Command {
  readonly path: string;
  readonly flags: ReadonlyMap<string, Flag>;
  /** How many operands, or subcommands, it wants. */
  readonly least: number;
  readonly most: number;
  readonly choices: readonly string[];
  /** Whether what follows the first operand is not the program's. */
  readonly rest: boolean;
  /** Whether it accepts more than is known. */
  readonly open: boolean;
  /** Its subcommands, by every name. */
  readonly children: readonly string[];
}

/** The commands of a program, unpacked one by one, as they are asked for. */
export class Commands {
  readonly grammar: Grammar;
  readonly #read = new Map<string, Command>();

  constructor(grammar: Grammar) {
    this.grammar = grammar;
  }

  /** The command of that path, or the one that it is another name for. */
  get(path: string): Command | undefined {
    const text = Object.hasOwn(this.grammar.commands, path) ? this.grammar.commands[path] : undefined;
    if (text === undefined) return undefined;
    if (text.startsWith(">")) return this.get(text.slice(1));
    const known = this.#read.get(path) ?? this.#unpack(path, text);
    this.#read.set(path, known);
    return known;
  }

  #unpack(path: string, text: string): Command {
    const words = this.#words(text);
    const prefix = path === "" ? "" : `${path} `;
    const operands = words.find(word => word.includes("..") && !word.startsWith("-")) ?? "0..0";
    const [counts = "", ...choices] = operands.split("|");
    const [least, most] = counts.replace("!", "").split("..");
    return {
      path,
      flags: new Map(words.filter(word => word.startsWith("-")).flatMap(flagsOf)),
      least: Number(least),
      most: most === "" ? Number.POSITIVE_INFINITY : Number(most),
      choices,
      rest: counts.endsWith("!"),
      open: words.includes("*"),
      children: Object.keys(this.grammar.commands)
        .filter(other => other !== "" && other.startsWith(prefix) && !other.slice(prefix.length).includes(" "))
        .map(other => other.slice(prefix.length)),
    };
  }

  #words(text: string): readonly string[] {
    return text
      .split(" ")
      .filter(word => word !== "")
      .flatMap(word => (word.startsWith("@") ? this.#words(this.grammar.sets[word.slice(1)] ?? "") : [word]));
  }
}

const arities = { "?": "optional", "+": "some", "*": "any" } as const;

/** A flag by each of its names. */
const flagsOf = (word: string): readonly (readonly [string, Flag])[] => {
  const answers = word.endsWith("!");
  const text = answers ? word.slice(0, -1) : word;
  const equals = text.indexOf("=");
  const names = (equals < 0 ? text : text.slice(0, equals)).split(",");
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const flag: Flag = {
    name: names.find(name => name.startsWith("--")) ?? names[0] ?? "",
    takes: value === undefined ? "none" : value in arities ? arities[value as keyof typeof arities] : "one",
    choices: value === undefined || value === "" || value in arities ? [] : value.split("|"),
    answers,
  };
  return names.map(name => [name, flag] as const);
};
