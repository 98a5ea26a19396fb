import type { CommandLineInterface, CommandOperand, CommandOption, ReadWords, Takes } from "./command-line.ts";
import { readWords } from "./command-line.ts";
import type { Library, Runtime } from "./library.ts";
import type { Call, DictValue, Value } from "./values.ts";
import {
  argument,
  constant,
  constantOf,
  either,
  native,
  nativeFunction,
  none,
  pathText,
  pathValue,
  possibilities,
  textOf,
  unknown,
} from "./values.ts";

/** A parser that a program builds up. https://docs.python.org/3/library/argparse.html */
class Parser {
  readonly options: CommandOption[] = [];
  readonly operands: CommandOperand[] = [];
  readonly subcommands = new Map<string, Parser>();
  /** Destinations and the values they have if no option says otherwise. */
  readonly defaults = new Map<string, Value>();
  subcommandName: string | undefined;
  isSubcommandRequired = false;
  isComplete = true;
  takesBeginnings = true;
  readonly file: string;
  readonly value: Value;
  readonly #runtime: Runtime;

  constructor(file: string, runtime: Runtime) {
    this.file = file;
    this.#runtime = runtime;
    this.value = native("parser", {
      get: name => this.#attribute(name),
      escape: () => {
        this.isComplete = false;
      },
    });
    parsers.set(this.value, this);
  }

  #attribute(name: string): Value | undefined {
    switch (name) {
      case "add_argument":
        return nativeFunction(call => this.#addArgument(call));
      case "add_argument_group":
      case "add_mutually_exclusive_group":
        return nativeFunction(() => this.#group());
      case "add_subparsers":
        return nativeFunction(call => this.#addSubparsers(call));
      case "set_defaults":
        return nativeFunction(call => {
          for (const [key, value] of call.keywords) this.defaults.set(key, value);
          return none;
        });
      case "parse_args":
      case "parse_intermixed_args":
        return nativeFunction(call => this.#parse(call, true));
      case "parse_known_args":
      case "parse_known_intermixed_args":
        return nativeFunction(call => {
          this.isComplete = false;
          return { kind: "list", items: [this.#parse(call, false), unknown], isWhole: true };
        });
      case "error":
      case "exit":
        return nativeFunction(call => {
          this.#runtime.end(name === "error" ? constant(2) : (call.args[0] ?? constant(0)));
          return unknown;
        });
      case "print_help":
      case "print_usage":
      case "format_help":
      case "format_usage":
      case "get_default":
      case "prog":
      case "description":
      case "epilog":
        return nativeFunction(() => unknown);
      default:
        return undefined;
    }
  }

  /** A group only sorts the help; one that excludes makes none of its options required. */
  #group(): Value {
    return native("group", {
      get: name =>
        name === "add_argument" || name === "add_argument_group" || name === "add_mutually_exclusive_group"
          ? this.#attribute(name)
          : undefined,
      escape: () => {
        this.isComplete = false;
      },
    });
  }

  #addSubparsers(call: Call): Value {
    this.subcommandName = textOf(call.keywords.get("dest"));
    if (constantOf(call.keywords.get("required")) === true && !this.#runtime.isConditional)
      this.isSubcommandRequired = true;
    if (call.keywords.has("parser_class")) this.isComplete = false;
    return native("subparsers", {
      get: name => (name === "add_parser" ? nativeFunction(add => this.#addParser(add)) : undefined),
      escape: () => {
        this.isComplete = false;
      },
    });
  }

  #addParser(call: Call): Value {
    const parser = parserOf(call, this.#runtime);
    const aliases = call.keywords.get("aliases");
    const names = [argument(call, 0, "name"), ...(aliases?.kind === "list" ? aliases.items : [])];
    for (const name of names.flatMap(value => (value ? possibilities(value) : []))) {
      const text = textOf(name);
      if (text === undefined) this.isComplete = false;
      else this.subcommands.set(text, parser);
    }
    return parser.value;
  }

  /** Takes over what a parser that is given as `parents=[…]` has. */
  adopt(parent: Value): void {
    const other = parsers.get(parent);
    if (!other) {
      this.isComplete = false;
      return;
    }
    this.options.push(...other.options);
    this.operands.push(...other.operands);
    for (const [name, value] of other.defaults) this.defaults.set(name, value);
    if (!other.isComplete) this.isComplete = false;
  }

  #addArgument(call: Call): Value {
    const names = call.args.map(textOf);
    if (!call.isWhole || names.includes(undefined)) {
      this.isComplete = false;
      return unknown;
    }
    const words = names as readonly string[];
    const flags = words.filter(name => name.startsWith("-"));
    const action = call.keywords.get("action");
    const takes = takesOf(call);
    if (takes === undefined) this.isComplete = false;
    const named = textOf(call.keywords.get("dest"));
    const choices = choicesOf(call.keywords.get("choices"));
    const spot = call.spot();
    if (flags.length === 0) {
      const name = words[0] ?? named ?? "";
      const nargs = constantOf(call.keywords.get("nargs"));
      this.operands.push({
        name,
        required: nargs !== "?" && nargs !== "*" && nargs !== "...",
        many: nargs !== undefined && nargs !== "?",
        ...(choices ? { choices } : {}),
        fallback: call.keywords.get("default") ?? none,
        given: text => this.#converted(text, call),
      });
      // What follows belongs to somebody else.
      if (nargs === "..." || nargs === "A...") this.isComplete = false;
      return unknown;
    }
    const isNegatable = action?.kind === "external" && action.name === "argparse.BooleanOptionalAction";
    const more = isNegatable ? flags.filter(flag => flag.startsWith("--")).map(flag => `--no-${flag.slice(2)}`) : [];
    const destination =
      named ??
      (flags.find(flag => flag.startsWith("--")) ?? (flags[0] as string)).replace(/^-+/, "").replaceAll("-", "_");
    const written = fallbackOf(call);
    const text = textOf(written);
    // A default that is text is converted as a word is.
    const fallback = text === undefined || !call.keywords.has("type") ? written : this.#converted(text, call);
    const plain = pathText(written) ?? constantOf(written);
    const isFlag = takes === "none";
    this.options.push({
      spot,
      names: [...flags, ...more],
      destination,
      takes: takes ?? "any",
      takesValue: !isFlag,
      required: constantOf(call.keywords.get("required")) === true && !this.#runtime.isConditional,
      ...(plain === undefined || plain === null ? {} : { default: plain }),
      ...(["help", "version"].includes(textOf(action) ?? "") ? { answers: true } : {}),
      ...(choices ? { choices } : {}),
      fallback,
      given: text => (isFlag ? flagValue(action, call) : this.#converted(text, call)),
    });
    return unknown;
  }

  /** What `type=` makes of a word. */
  #converted(text: string | undefined, { keywords }: Call): Value {
    if (text === undefined) return keywords.get("const") ?? unknown;
    const type = keywords.get("type");
    if (!type) return constant(text);
    if (type.kind === "external") {
      if (type.name === "pathlib.Path" || type.name === "pathlib.PurePath") return pathValue(text);
      if (type.name === "builtins.int" || type.name === "builtins.float") {
        const number = Number(text);
        return Number.isNaN(number) ? unknown : constant(number);
      }
      if (type.name === "builtins.str") return constant(text);
      return unknown;
    }
    return this.#runtime.call(type, { args: [constant(text)] });
  }

  line(): CommandLineInterface {
    const subcommands = new Map([...this.subcommands].map(([name, parser]) => [name, parser.line()]));
    return {
      file: this.file,
      dialect: "argparse",
      options: new Map(this.options.flatMap(option => option.names.map(name => [name, option] as const))),
      positionals: this.operands,
      subcommands,
      isSubcommandRequired: this.isSubcommandRequired,
      isComplete: this.isComplete,
      takesBeginnings: this.takesBeginnings,
    };
  }

  #parse(call: Call, isStrict: boolean): Value {
    const given = argument(call, 0, "args");
    const isOwn = !given || constantOf(given) === null || isCommandLine(given);
    const line = this.line();
    if (!isOwn && given?.kind === "list" && given.isWhole) {
      return this.#namespace(readWords({ ...line, isComplete: false }, given.items.map(textOf)));
    }
    if (!isOwn && given?.kind === "list") return this.#namespace(undefined);
    if (!isStrict) this.isComplete = false;
    // A part of the words goes elsewhere.
    const isPart = !isOwn;
    this.#runtime.reads(isPart ? { ...line, isComplete: false } : line);
    return this.#namespace(this.#runtime.words && !isPart ? readWords(line, this.#runtime.words) : undefined);
  }

  /** What the code gets of the words; without them, what it gets if nothing is said. */
  #namespace(words: ReadWords | undefined): Value {
    const values: DictValue = { kind: "dict", entries: new Map(), isWhole: false };
    this.#fill(values.entries, words);
    return values;
  }

  #fill(values: Map<string, Value>, words: ReadWords | undefined): void {
    for (const [name, value] of this.defaults) values.set(name, value);
    for (const option of this.options) {
      const given = words?.options.get(option);
      const before = values.get(option.destination);
      if (given) values.set(option.destination, givenValue(option, given));
      // Several options may have one destination.
      else if (!before || before.kind === "unknown")
        values.set(option.destination, this.defaults.get(option.destination) ?? option.fallback);
    }
    let index = 0;
    for (const operand of this.operands) {
      const rest = words?.operands.slice(index) ?? [];
      index += 1;
      if (rest.length === 0) values.set(operand.name, words ? operand.fallback : unknown);
      else if (operand.many) values.set(operand.name, { kind: "list", items: rest.map(operand.given), isWhole: false });
      else values.set(operand.name, rest[0] === undefined ? unknown : operand.given(rest[0]));
    }
    if (this.subcommands.size === 0) return;
    const chosen = words?.subcommand;
    if (this.subcommandName !== undefined) values.set(this.subcommandName, chosen ? constant(chosen.name) : unknown);
    const parser = chosen && this.subcommands.get(chosen.name);
    if (parser) parser.#fill(values, chosen.words);
    else {
      // Any of them.
      const functions = [...new Set(this.subcommands.values())].map(parser => parser.defaults);
      for (const name of new Set(functions.flatMap(defaults => [...defaults.keys()])))
        values.set(name, either(...functions.map(defaults => defaults.get(name) ?? unknown)));
      for (const parser of new Set(this.subcommands.values()))
        for (const { destination } of parser.options) if (!values.has(destination)) values.set(destination, unknown);
    }
  }
}

const parsers = new WeakMap<Value, Parser>();

const givenValue = (option: CommandOption, given: readonly (string | undefined)[]): Value => {
  if (option.takes === "none") return option.given(undefined);
  const values = given.map(text => (text === undefined && option.takes !== "optional" ? unknown : option.given(text)));
  if (option.takes === "one" || option.takes === "optional") return values.at(-1) ?? unknown;
  return { kind: "list", items: values, isWhole: true };
};

/** `sys.argv[1:]`, or what is made of it. */
const isCommandLine = (value: Value): boolean =>
  value.kind === "external"
    ? value.name === "sys.argv"
    : value.kind === "unknown" ||
      (value.kind === "choice" && value.of.every(one => constantOf(one) === null || isCommandLine(one)));

const takesOf = ({ keywords }: Call): Takes | undefined => {
  const action = keywords.get("action");
  if (action) {
    const name = textOf(action);
    if (name === undefined) {
      if (action.kind === "external" && action.name === "argparse.BooleanOptionalAction") return "none";
      return constantOf(keywords.get("nargs")) === 0 ? "none" : undefined;
    }
    if (FLAGS.has(name)) return "none";
    if (!["store", "append", "extend"].includes(name)) return undefined;
  }
  const nargs = keywords.get("nargs");
  if (!nargs) return "one";
  const value = constantOf(nargs);
  if (value === null) return "one";
  if (value === "?") return "optional";
  if (value === "+") return "some";
  if (value === "*") return "any";
  return typeof value === "number" ? value : undefined;
};

/** Actions of options without a value. */
const FLAGS: ReadonlySet<string> = new Set([
  "store_true",
  "store_false",
  "store_const",
  "append_const",
  "count",
  "help",
  "version",
]);

const fallbackOf = ({ keywords }: Call): Value => {
  const given = keywords.get("default");
  if (given) return given;
  const action = textOf(keywords.get("action"));
  if (action === "store_true") return constant(false);
  if (action === "store_false") return constant(true);
  return none;
};

const flagValue = (action: Value | undefined, { keywords }: Call): Value => {
  const name = textOf(action);
  if (name === "store_true") return constant(true);
  if (name === "store_false") return constant(false);
  return name === "store_const" ? (keywords.get("const") ?? none) : unknown;
};

/** Words that are chosen from, where all are known. */
export const choicesOf = (value: Value | undefined): readonly string[] | undefined => {
  if (value?.kind !== "list" || !value.isWhole) return undefined;
  const words = value.items.map(item => {
    const plain = constantOf(item);
    return plain === undefined || plain === null ? undefined : String(plain);
  });
  return words.includes(undefined) || words.length === 0 ? undefined : (words as readonly string[]);
};

const parserOf = (call: Call, runtime: Runtime): Parser => {
  const parser = new Parser(call.spot().file, runtime);
  const { keywords } = call;
  if (!call.isWhole) parser.isComplete = false;
  if (keywords.has("prefix_chars") || keywords.has("fromfile_prefix_chars")) parser.isComplete = false;
  const beginnings = keywords.get("allow_abbrev");
  if (beginnings && constantOf(beginnings) !== true) parser.takesBeginnings = constantOf(beginnings) !== false;
  const parents = keywords.get("parents");
  if (parents?.kind === "list") {
    for (const parent of parents.items) parser.adopt(parent);
    if (!parents.isWhole) parser.isComplete = false;
  } else if (parents) parser.isComplete = false;
  return parser;
};

/** A parser of a class of the repository's own, which may do more. */
const derived = (call: Call, runtime: Runtime): Value => {
  const parser = parserOf(call, runtime);
  parser.isComplete = false;
  return parser.value;
};

export const argparseLibrary: Library = {
  "argparse.ArgumentParser": (call, runtime) => parserOf(call, runtime).value,
  "argparse.ArgumentParser<>": derived,
};
