import { commandName, converted } from "./click.ts";
import type { CommandLineInterface, CommandOperand, CommandOption } from "./command-line.ts";
import { readWords } from "./command-line.ts";
import { HARMLESS } from "./interpreter.ts";
import type { Library, Runtime } from "./library.ts";
import type { Parameter } from "./syntax.ts";
import type { Call, FunctionValue, Value } from "./values.ts";
import { constant, constantOf, native, nativeFunction, none, textOf, unknown } from "./values.ts";

interface Made {
  readonly options: readonly { readonly name: string; readonly option: CommandOption }[];
  readonly operands: readonly { readonly name: string; readonly operand: CommandOperand }[];
  readonly isComplete: boolean;
}

/** An application: functions whose parameters are the command line. https://typer.tiangolo.com/tutorial/ */
class TyperApp {
  readonly commands: { readonly name: string | undefined; readonly callback: FunctionValue }[] = [];
  readonly groups: { readonly name: string | undefined; readonly app: TyperApp }[] = [];
  callback: FunctionValue | undefined;
  isComplete = true;
  readonly value: Value;
  readonly name: string | undefined;
  readonly #file: string;
  readonly #runtime: Runtime;
  readonly #completes: boolean;

  constructor(call: Call, runtime: Runtime) {
    this.#file = call.spot().file;
    this.#runtime = runtime;
    this.name = textOf(call.keywords.get("name"));
    this.#completes = constantOf(call.keywords.get("add_completion")) !== false;
    const settings = call.keywords.get("context_settings");
    if (!call.isWhole || settings || call.keywords.has("cls")) this.isComplete = false;
    const callback = call.keywords.get("callback");
    if (callback?.kind === "function") this.callback = callback;
    else if (callback) this.isComplete = false;
    this.value = native("typer-app", {
      call: start => this.start(start),
      get: name => this.#attribute(name),
      escape: () => {
        this.isComplete = false;
      },
    });
    apps.set(this.value, this);
  }

  #attribute(name: string): Value | undefined {
    switch (name) {
      case "command":
        return nativeFunction(call => {
          const named = call.args[0] ?? call.keywords.get("name");
          if (named && textOf(named) === undefined) this.isComplete = false;
          if (!call.isWhole || call.keywords.has("context_settings") || call.keywords.has("cls"))
            this.isComplete = false;
          return nativeFunction(({ args: [callback] }) => {
            if (callback?.kind === "function") this.commands.push({ name: named && textOf(named), callback });
            else this.isComplete = false;
            return callback ?? unknown;
          });
        });
      case "callback":
        return nativeFunction(call => {
          if (!call.isWhole || call.keywords.has("context_settings")) this.isComplete = false;
          return nativeFunction(({ args: [callback] }) => {
            if (callback?.kind === "function") this.callback = callback;
            else this.isComplete = false;
            return callback ?? unknown;
          });
        });
      case "add_typer":
        return nativeFunction(({ args: [other], keywords }) => {
          const app = other && apps.get(other);
          const named = keywords.get("name");
          if (app) this.groups.push({ name: named ? textOf(named) : app.name, app });
          else this.isComplete = false;
          return none;
        });
      default:
        return undefined;
    }
  }

  start(_call: Call): Value {
    const line = this.line(true);
    this.#runtime.reads(line);
    const words = this.#runtime.words && readWords(line, this.#runtime.words);
    this.invoke(words);
    return unknown;
  }

  invoke(words: ReturnType<typeof readWords> | undefined): void {
    if (this.#isSingle()) {
      const [only] = this.commands;
      if (only) invoke(only.callback, words, this.#runtime);
      return;
    }
    if (this.callback) invoke(this.callback, words, this.#runtime);
    const chosen = words?.subcommand;
    if (!chosen) return;
    const command = this.commands.find(({ name, callback }) => (name ?? commandName(callback.name)) === chosen.name);
    if (command) invoke(command.callback, chosen.words, this.#runtime);
    else this.groups.find(({ name }) => name === chosen.name)?.app.invoke(chosen.words);
  }

  /** One command alone is the application itself. */
  #isSingle(): boolean {
    return this.commands.length === 1 && this.groups.length === 0 && !this.callback;
  }

  line(isOutermost: boolean): CommandLineInterface {
    const completion = isOutermost && this.#completes ? COMPLETION : [];
    if (this.#isSingle()) {
      const { callback } = this.commands[0] as { callback: FunctionValue };
      return lineOf(this.#file, madeOf(callback, this.#runtime), this.isComplete, completion, new Map());
    }
    const subcommands = new Map<string, CommandLineInterface>();
    for (const { name, callback } of this.commands) {
      const made = madeOf(callback, this.#runtime);
      subcommands.set(name ?? commandName(callback.name), lineOf(this.#file, made, this.isComplete, [], new Map()));
    }
    let isComplete = this.isComplete;
    for (const { name, app } of this.groups) {
      if (name === undefined) isComplete = false;
      else subcommands.set(name, app.line(false));
    }
    const own = this.callback ? madeOf(this.callback, this.#runtime) : { options: [], operands: [], isComplete: true };
    return lineOf(this.#file, own, isComplete, completion, subcommands);
  }
}

const apps = new WeakMap<Value, TyperApp>();

const COMPLETION = ["--install-completion", "--show-completion"];

const lineOf = (
  file: string,
  made: Made,
  isComplete: boolean,
  extra: readonly string[],
  subcommands: ReadonlyMap<string, CommandLineInterface>,
): CommandLineInterface => ({
  file,
  dialect: "click",
  options: new Map([
    ...made.options.flatMap(({ option }) => option.names.map(name => [name, option] as const)),
    ...extra.map(name => [name, flag(name, file)] as const),
  ]),
  positionals: made.operands.map(({ operand }) => operand),
  subcommands,
  isSubcommandRequired: subcommands.size > 0,
  isComplete: isComplete && made.isComplete,
  takesBeginnings: false,
});

const flag = (name: string, file: string): CommandOption => ({
  ...{
    spot: { file },
    names: [name],
    destination: "",
    takes: "none",
    takesValue: false,
    required: false,
    answers: true,
  },
  ...{ fallback: none, given: () => unknown },
});

/** Calls a command's function with what the words say. */
const invoke = (callback: FunctionValue, words: ReturnType<typeof readWords> | undefined, runtime: Runtime): void => {
  const made = madeOf(callback, runtime);
  const keywords = new Map<string, Value>();
  for (const { name, option } of made.options) {
    const given = words?.options.get(option) ?? optionLike(words, option);
    keywords.set(
      name,
      given
        ? option.takes === "none" || given.at(-1) !== undefined
          ? option.given(given.at(-1))
          : unknown
        : option.fallback,
    );
  }
  for (const [index, { name, operand }] of made.operands.entries()) {
    const word = words?.operands[index];
    keywords.set(
      name,
      word === undefined || operand.many ? (words && !operand.many ? operand.fallback : unknown) : operand.given(word),
    );
  }
  runtime.call(callback, { args: [], keywords, isWhole: false });
};

/** The same option, made once more. */
const optionLike = (
  words: ReturnType<typeof readWords> | undefined,
  { names }: CommandOption,
): readonly (string | undefined)[] | undefined => {
  for (const [option, values] of words?.options ?? []) if (option.names[0] === names[0]) return values;
  return undefined;
};

const madeOf = (callback: FunctionValue, runtime: Runtime): Made => {
  const options: { name: string; option: CommandOption }[] = [];
  const operands: { name: string; operand: CommandOperand }[] = [];
  let isComplete = callback.marks.every(mark => HARMLESS.test(textOf(mark) ?? ""));
  for (const parameter of callback.parameters) {
    const made = madeOfParameter(parameter, callback, runtime);
    if (made === "context") continue;
    if (made === undefined) isComplete = false;
    else if ("option" in made) options.push({ name: parameter.name, option: made.option });
    else operands.push({ name: parameter.name, operand: made.operand });
  }
  return { options, operands, isComplete };
};

const madeOfParameter = (
  parameter: Parameter,
  callback: FunctionValue,
  runtime: Runtime,
): "context" | { readonly option: CommandOption } | { readonly operand: CommandOperand } | undefined => {
  if (parameter.kind === "*" || parameter.kind === "**") return undefined;
  const spot = () => callback.scope.source.spot(parameter);
  const annotated = typeOf(parameter, callback, runtime);
  if (annotated.isContext) return "context";
  const fallback = parameter.fallback && runtime.valueIn(parameter.fallback, callback.scope);
  const info = annotated.info ?? infoIn(fallback);
  // `= typer.Option(…)` holds the default; in `Annotated` it is what the parameter itself has.
  const given = annotated.info ? fallback : info ? (info.call.args[0] ?? info.call.keywords.get("default")) : fallback;
  const isEllipsis = given?.kind === "external" && given.name === "builtins.Ellipsis";
  const rest = info ? (annotated.info ? info.call.args : info.call.args.slice(1)) : [];
  const words = rest.map(textOf);
  if (words.includes(undefined) || info?.call.isWhole === false) return undefined;
  const type: Call = {
    args: [],
    keywords: new Map(annotated.type ? [["type", annotated.type]] : []),
    isWhole: true,
    spot,
  };
  const isRequired = given === undefined || isEllipsis;
  const plain = constantOf(given);
  const mayComeFromElsewhere = ["envvar", "prompt", "default_factory", "callback"].some(key =>
    info?.call.keywords.has(key),
  );
  const isOption = info ? info.kind === "option" : fallback !== undefined;
  const shared = {
    ...(annotated.choices ? { choices: annotated.choices } : {}),
    fallback: mayComeFromElsewhere ? unknown : (given ?? unknown),
  };
  if (!isOption)
    return {
      operand: {
        name: parameter.name,
        required: isRequired && !mayComeFromElsewhere,
        many: annotated.isMany,
        ...shared,
        given: text => converted(text, type),
      },
    };
  const written = words as readonly string[];
  const isFlag = annotated.isFlag || (annotated.type === undefined && typeof plain === "boolean");
  const isCount = constantOf(info?.call.keywords.get("count")) === true;
  const plainName = `--${parameter.name.toLowerCase().replaceAll("_", "-")}`;
  const names =
    written.length > 0
      ? written.flatMap(name =>
          name
            .split("/")
            .map(part => part.trim())
            .filter(part => part !== ""),
        )
      : isFlag
        ? [plainName, `--no-${plainName.slice(2)}`]
        : [plainName];
  return {
    option: {
      spot: spot(),
      names,
      destination: parameter.name,
      takes: isFlag || isCount ? "none" : annotated.count,
      takesValue: !(isFlag || isCount),
      required: isRequired && !mayComeFromElsewhere,
      ...(plain === undefined || plain === null ? {} : { default: plain }),
      ...(info?.call.keywords.has("is_eager") ? { answers: true } : {}),
      ...shared,
      given: text => (isFlag || isCount ? unknown : annotated.isMany ? unknown : converted(text, type)),
    },
  };
};

interface ParameterType {
  readonly isContext: boolean;
  readonly isFlag: boolean;
  readonly isMany: boolean;
  readonly count: number | "one";
  readonly type: Value | undefined;
  readonly choices: readonly string[] | undefined;
  readonly info: Info | undefined;
}

const PLAIN: ParameterType = {
  ...{ isContext: false, isFlag: false, isMany: false, count: "one" },
  ...{ type: undefined, choices: undefined, info: undefined },
};

/** What an annotation says: `Annotated[bool, typer.Option()]`, `Optional[Path]`, `str | None`, `list[str]`. */
const typeOf = (parameter: Parameter, { scope }: FunctionValue, runtime: Runtime): ParameterType => {
  let annotation = parameter.annotation;
  let info: Info | undefined;
  for (let depth = 0; annotation && depth < 10; depth += 1) {
    if (annotation.kind === "constant" && annotation.value === null) return { ...PLAIN, info };
    if (annotation.kind === "binary" && annotation.operator === "|") {
      const isNone = annotation.right.kind === "constant" && annotation.right.value === null;
      annotation = isNone ? annotation.left : annotation.right;
      continue;
    }
    if (annotation.kind !== "index") break;
    const name = nameIn(runtime.valueIn(annotation.object, scope));
    const inner: typeof annotation.index = annotation.index;
    if (name === "Annotated" && inner.kind === "list") {
      for (const extra of inner.items.slice(1)) info ??= infoIn(runtime.valueIn(extra, scope));
      annotation = inner.items[0];
    } else if (name === "Optional") annotation = inner;
    else if (name === "Union" && inner.kind === "list") annotation = inner.items[0];
    else if (name === "list" || name === "List" || name === "Sequence")
      return { ...PLAIN, isMany: true, type: unknown, info };
    else if (name === "tuple" || name === "Tuple")
      return { ...PLAIN, isMany: true, type: unknown, count: inner.kind === "list" ? inner.items.length : "one", info };
    else if (name === "Literal") {
      const words = (inner.kind === "list" ? inner.items : [inner]).map(item =>
        item.kind === "constant" && typeof item.value === "string" ? item.value : undefined,
      );
      return { ...PLAIN, choices: words.includes(undefined) ? undefined : (words as readonly string[]), info };
    } else return { ...PLAIN, type: unknown, info };
  }
  if (!annotation) return { ...PLAIN, info };
  const type = runtime.valueIn(annotation, scope);
  const name = nameIn(type);
  if (name === "Context" || name === "CallbackParam") return { ...PLAIN, isContext: true };
  return { ...PLAIN, isFlag: name === "bool", type: name === "str" ? undefined : type, info };
};

const nameIn = (value: Value): string =>
  value.kind === "external" ? value.name.slice(value.name.lastIndexOf(".") + 1) : "";

interface Info {
  readonly kind: "option" | "argument";
  readonly call: Call;
}

const infos = new WeakMap<Value, Info>();

const infoIn = (value: Value | undefined): Info | undefined => value && infos.get(value);

const infoOf =
  (kind: Info["kind"]) =>
  (call: Call): Value => {
    const value = native(`typer-${kind}`, {});
    infos.set(value, { kind, call });
    return value;
  };

export const typerLibrary: Library = {
  "typer.Typer": (call, runtime) => new TyperApp(call, runtime).value,
  "typer.Option": infoOf("option"),
  "typer.Argument": infoOf("argument"),
  "typer.run": (call, runtime) => {
    const app = new TyperApp({ ...call, keywords: new Map([["add_completion", constant(false)]]) }, runtime);
    const [callback] = call.args;
    if (callback?.kind === "function") app.commands.push({ name: undefined, callback });
    else app.isComplete = false;
    return app.start(call);
  },
  "typer.Exit": (call, runtime) => {
    runtime.end(call.args[0] ?? call.keywords.get("code") ?? constant(0));
    return unknown;
  },
};
