import { choicesOf } from "./argparse.ts";
import type { CommandLineInterface, CommandOperand, CommandOption, Takes } from "./command-line.ts";
import { readWords } from "./command-line.ts";
import { HARMLESS } from "./interpreter.ts";
import type { Library, LibraryFunction, Runtime } from "./library.ts";
import type { Call, FunctionValue, Value } from "./values.ts";
import { constant, constantOf, native, nativeFunction, none, pathValue, textOf, unknown } from "./values.ts";

/** A parameter of a command, made by a decorator. */
export type ClickParameter =
  | { readonly kind: "option"; readonly option: CommandOption }
  | { readonly kind: "argument"; readonly operand: CommandOperand & { readonly destination: string } };

/** A command or a group of them. https://click.palletsprojects.com/en/stable/commands/ */
class ClickCommand {
  readonly subcommands = new Map<string, ClickCommand>();
  isComplete = true;
  readonly value: Value;
  readonly file: string;
  readonly isGroup: boolean;
  readonly #callback: FunctionValue | undefined;
  readonly #parameters: readonly ClickParameter[];
  readonly #runtime: Runtime;

  constructor(
    {
      file,
      isGroup,
      callback,
      parameters,
    }: {
      readonly file: string;
      readonly isGroup: boolean;
      readonly callback: FunctionValue | undefined;
      readonly parameters: readonly ClickParameter[];
    },
    runtime: Runtime,
  ) {
    this.file = file;
    this.isGroup = isGroup;
    this.#callback = callback;
    this.#parameters = parameters;
    this.#runtime = runtime;
    this.value = native("click-command", {
      call: call => this.start(call),
      get: name => this.#attribute(name),
      escape: () => {
        this.isComplete = false;
      },
    });
    commands.set(this.value, this);
  }

  #attribute(name: string): Value | undefined {
    switch (name) {
      case "command":
        return commandDecorator(this.#runtime, false, this);
      case "group":
        return commandDecorator(this.#runtime, true, this);
      case "add_command":
        return nativeFunction(call => {
          const command = call.args[0] && commands.get(call.args[0]);
          const named = call.args[1] ?? call.keywords.get("name");
          const name = named ? textOf(named) : command?.name;
          if (!command || name === undefined) this.isComplete = false;
          else this.subcommands.set(name, command);
          return none;
        });
      case "main":
        return nativeFunction(call => this.start(call));
      case "callback":
        return this.#callback ?? unknown;
      case "result_callback":
        return nativeFunction(() => nativeFunction(({ args }) => args[0] ?? unknown));
      case "name":
      case "help":
      case "short_help":
        return unknown;
      default:
        return undefined;
    }
  }

  get name(): string | undefined {
    return this.#callback && commandName(this.#callback.name);
  }

  line(): CommandLineInterface {
    const options = this.#parameters.flatMap(parameter => (parameter.kind === "option" ? parameter.option : []));
    return {
      file: this.file,
      dialect: "click",
      options: new Map(options.flatMap(option => option.names.map(name => [name, option] as const))),
      positionals: this.#parameters.flatMap(parameter => (parameter.kind === "argument" ? parameter.operand : [])),
      subcommands: new Map([...this.subcommands].map(([name, command]) => [name, command.line()])),
      isSubcommandRequired: this.isGroup,
      isComplete: this.isComplete,
      takesBeginnings: false,
    };
  }

  /** What happens when the program calls the command: it reads the words, and calls its function with what they say. */
  start(call: Call): Value {
    const given = call.args[0] ?? call.keywords.get("args");
    const isOwn = !given || constantOf(given) === null || given.kind === "unknown";
    const line = this.line();
    if (isOwn) this.#runtime.reads(call.keywords.has("auto_envvar_prefix") ? relaxed(line) : line);
    const words = isOwn ? this.#runtime.words : undefined;
    this.#invoke(line, words && readWords(line, words));
    return unknown;
  }

  #invoke(line: CommandLineInterface, words: ReturnType<typeof readWords> | undefined): void {
    if (this.#callback) {
      const keywords = new Map<string, Value>();
      for (const parameter of this.#parameters) {
        if (parameter.kind === "argument") continue;
        const { option } = parameter;
        const values = words?.options.get(option);
        keywords.set(option.destination, values ? givenValue(option, values) : option.fallback);
      }
      let index = 0;
      for (const parameter of this.#parameters) {
        if (parameter.kind !== "argument") continue;
        const { operand } = parameter;
        const word = words?.operands[index];
        index += 1;
        keywords.set(
          operand.destination,
          operand.many ? unknown : word === undefined ? (words ? operand.fallback : unknown) : operand.given(word),
        );
      }
      const callback = this.#callback;
      const plain = callback.parameters.filter(({ kind, name }) => kind === "plain" && !keywords.has(name));
      this.#runtime.call(callback, { args: plain.length > 0 && !plain[0]?.fallback ? [unknown] : [], keywords });
    }
    const chosen = words?.subcommand;
    const command = chosen && this.subcommands.get(chosen.name);
    if (command && chosen) command.#invoke(line.subcommands.get(chosen.name) ?? chosen.of, chosen.words);
  }
}

const commands = new WeakMap<Value, ClickCommand>();

/** What the environment may say in the place of an option. */
const relaxed = (line: CommandLineInterface): CommandLineInterface => ({ ...line, isComplete: false });

const givenValue = (option: CommandOption, given: readonly (string | undefined)[]): Value => {
  if (option.takes === "one") return given.at(-1) === undefined ? unknown : option.given(given.at(-1));
  return option.takes === "none" ? option.given(undefined) : unknown;
};

/** How click names the command of a function; a later version leaves out what says that it is one. */
export const commandName = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/** `@click.command()`, `@click.group`, `@group.command("name")`. */
const commandDecorator = (runtime: Runtime, isGroup: boolean, parent?: ClickCommand): Value =>
  nativeFunction(call => {
    const [first] = call.args;
    // Without brackets the decorator is given the function itself.
    if (first?.kind === "function") return commandOf(first, undefined, call, { runtime, isGroup, parent });
    const named = first ?? call.keywords.get("name");
    return nativeFunction(({ args }) => commandOf(args[0], named, call, { runtime, isGroup, parent }));
  });

const commandOf = (
  target: Value | undefined,
  named: Value | undefined,
  call: Call,
  {
    runtime,
    isGroup,
    parent,
  }: { readonly runtime: Runtime; readonly isGroup: boolean; readonly parent: ClickCommand | undefined },
): Value => {
  const callback = target?.kind === "function" ? target : undefined;
  const parameters = (callback?.marks ?? []).flatMap(mark => clickParameters.get(mark) ?? []).toReversed();
  const command = new ClickCommand({ file: call.spot().file, isGroup, callback, parameters }, runtime);
  const { keywords } = call;
  const settings = keywords.get("context_settings");
  const isStrict =
    settings === undefined ||
    (settings.kind === "dict" &&
      settings.isWhole &&
      [...settings.entries.keys()].every(key => HARMLESS_SETTINGS.has(key)));
  const isPlain = callback?.marks.every(mark => {
    const name = textOf(mark);
    return name === undefined || isKnownDecorator(name);
  });
  if (!isPlain || !isStrict || !call.isWhole || keywords.has("params") || keywords.has("cls"))
    command.isComplete = false;
  if (parent) {
    const name = named ? textOf(named) : command.name;
    if (name === undefined) parent.isComplete = false;
    else parent.subcommands.set(name, command);
  }
  return command.value;
};

const HARMLESS_SETTINGS: ReadonlySet<string> = new Set([
  "help_option_names",
  "show_default",
  "max_content_width",
  "terminal_width",
]);

const isKnownDecorator = (name: string): boolean => name.startsWith("click.pass_") || HARMLESS.test(name);

/** Parameters, as marks on the function they will be given to. */
const clickParameters = new WeakMap<Value, readonly ClickParameter[]>();

const mark = (parameters: readonly ClickParameter[]): Value => {
  const value = native("click-parameter", {});
  clickParameters.set(value, parameters);
  return value;
};

const marking = (parameters: readonly ClickParameter[]): Value =>
  nativeFunction(({ args: [target] }) => {
    if (target?.kind !== "function") return unknown;
    return { ...target, marks: [...target.marks, mark(parameters)] };
  });

const option: LibraryFunction = (call, runtime) => {
  const made = optionOf(call, runtime);
  return made ? marking([{ kind: "option", option: made }]) : unknown;
};

const optionOf = (call: Call, runtime: Runtime): CommandOption | undefined => {
  const { keywords, spot } = call;
  const words = call.args.map(textOf);
  if (!call.isWhole || words.includes(undefined) || words.length === 0 || keywords.has("cls")) return undefined;
  const written = words as readonly string[];
  const flags = written.filter(word => word.startsWith("-"));
  const names = flags.flatMap(word => word.split("/").map(part => part.trim()));
  const hasOpposite = flags.some(word => word.includes("/"));
  const destination =
    written.find(word => !word.startsWith("-")) ??
    ([...flags].sort((one, other) => dashes(other) - dashes(one))[0] ?? "")
      .split("/")[0]
      ?.trim()
      .replace(/^-+/, "")
      .replaceAll("-", "_")
      .toLowerCase() ??
    "";
  const isFlag = keywords.has("is_flag")
    ? constantOf(keywords.get("is_flag"))
    : hasOpposite || keywords.has("flag_value");
  if (isFlag === undefined) return undefined;
  const isCount = constantOf(keywords.get("count")) === true;
  const takes: Takes = isFlag === true || isCount ? "none" : takesOf(keywords.get("nargs"));
  const fallback = keywords.get("default") ?? (isFlag === true ? constant(false) : none);
  const plain = constantOf(fallback);
  const choices = choicesIn(keywords.get("type"));
  const mayComeFromElsewhere = keywords.has("envvar") || keywords.has("prompt") || keywords.has("callback");
  const isRequired = constantOf(keywords.get("required")) === true && !keywords.has("default");
  return {
    spot: spot(),
    names,
    destination,
    takes,
    takesValue: takes !== "none",
    required: isRequired && !mayComeFromElsewhere && !runtime.isConditional,
    ...(plain === undefined || plain === null ? {} : { default: plain }),
    ...(keywords.has("is_eager") ? { answers: true } : {}),
    ...(choices ? { choices } : {}),
    fallback: keywords.has("envvar") ? unknown : fallback,
    given: text =>
      takes === "none"
        ? hasOpposite
          ? unknown
          : (keywords.get("flag_value") ?? constant(true))
        : converted(text, call),
  };
};

const dashes = (word: string): number => /^-*/.exec(word)?.[0].length ?? 0;

const takesOf = (nargs: Value | undefined): Takes => {
  const count = constantOf(nargs);
  return typeof count === "number" && count > 1 ? count : "one";
};

/** `click.Choice([...])` that looks at the case of letters. */
const choicesIn = (type: Value | undefined): readonly string[] | undefined =>
  type?.kind === "native" && type.type === "click-choice" ? choicesOf(type.get?.("choices")) : choicesOf(type);

export const converted = (text: string | undefined, { keywords }: Call): Value => {
  if (text === undefined) return unknown;
  const type = keywords.get("type");
  if (!type || (type.kind === "native" && type.type === "click-choice")) return constant(text);
  if (type.kind === "native" && type.type === "click-path")
    return type.get?.("path_type") ? pathValue(text) : constant(text);
  if (type.kind !== "external") return unknown;
  if (type.name === "pathlib.Path") return pathValue(text);
  if (type.name === "builtins.str" || type.name === "click.STRING") return constant(text);
  if (/\.(?:int|float|INT|FLOAT)$/.test(type.name))
    return Number.isNaN(Number(text)) ? unknown : constant(Number(text));
  return unknown;
};

const argumentDecorator: LibraryFunction = call => {
  const name = textOf(call.args[0]);
  if (!call.isWhole || name === undefined || call.keywords.has("cls")) return unknown;
  const { keywords } = call;
  const nargs = constantOf(keywords.get("nargs"));
  const required = keywords.get("required");
  const choices = choicesIn(keywords.get("type"));
  const operand = {
    name,
    destination: name.toLowerCase().replaceAll("-", "_"),
    required: required ? constantOf(required) === true : !keywords.has("default") && nargs !== -1,
    many: nargs !== undefined && nargs !== 1,
    ...(choices ? { choices } : {}),
    fallback: keywords.get("default") ?? none,
    given: (text: string | undefined) => converted(text, call),
  };
  return marking([{ kind: "argument", operand }]);
};

/** Options that click makes itself. */
const ready =
  (...names: readonly string[]): LibraryFunction =>
  call => {
    const given = call.args.map(textOf).filter(name => name?.startsWith("-"));
    const own = given.length > 0 ? (given as readonly string[]) : names;
    const made: CommandOption = {
      spot: call.spot(),
      names: own,
      destination: (own[0] ?? "").replace(/^-+/, ""),
      takes: "none",
      takesValue: false,
      required: false,
      answers: names[0] !== "--yes",
      fallback: none,
      given: () => unknown,
    };
    return marking([{ kind: "option", option: made }]);
  };

export const clickLibrary: Library = {
  "click.command": (call, runtime) => (commandDecorator(runtime, false) as { call: (call: Call) => Value }).call(call),
  "click.group": (call, runtime) => (commandDecorator(runtime, true) as { call: (call: Call) => Value }).call(call),
  "click.option": option,
  "click.argument": argumentDecorator,
  "click.version_option": ready("--version"),
  "click.help_option": ready("--help"),
  "click.confirmation_option": ready("--yes"),
  "click.Choice": ({ args: [choices], keywords }) =>
    native("click-choice", {
      get: name => (name === "choices" && constantOf(keywords.get("case_sensitive")) !== false ? choices : undefined),
    }),
  "click.Path": ({ keywords }) => native("click-path", { get: name => keywords.get(name) }),
};
