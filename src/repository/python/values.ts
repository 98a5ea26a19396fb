import type { Spot } from "../source-problem.ts";
import type { SourceFile } from "./source.ts";
import type { ClassDefinition, Expression, FunctionDefinition, Parameter, Statement } from "./syntax.ts";

/** Where in a file of data a value is written. */
export interface Origin {
  readonly spot: Spot;
  /** `tracking.tracking_uri`. */
  readonly keys: string;
}

/** What a name stands for when a program runs, as far as it can be told without running it. */
export type Value =
  | { readonly kind: "unknown" }
  | { readonly kind: "constant"; readonly value: string | number | boolean | null; readonly origin?: Origin }
  /** A `pathlib.Path`; `text` as {@link AT_ROOT} has it. */
  | { readonly kind: "path"; readonly text: string; readonly origin?: Origin }
  /** One of several. */
  | { readonly kind: "choice"; readonly of: readonly Value[] }
  /** A variable of the environment: something that whoever runs the program decides. */
  | { readonly kind: "environment"; readonly name: string | undefined }
  | ListValue
  | DictValue
  | FunctionValue
  | ClassValue
  | InstanceValue
  | ModuleValue
  /** Something of another package, by its full name: `mlflow.set_tracking_uri`. `of`: what it is a method of. */
  | { readonly kind: "external"; readonly name: string; readonly of?: Value }
  /** What a call of something of another package returned. */
  | { readonly kind: "result"; readonly name: string }
  | NativeValue;

export interface ListValue {
  readonly kind: "list";
  readonly items: Value[];
  /** Whether nothing else is in it. */
  isWhole: boolean;
}

export interface DictValue {
  readonly kind: "dict";
  readonly entries: Map<string, Value>;
  isWhole: boolean;
  /** Made of a file of data, whose keys may be read as attributes. */
  readonly origin?: Origin;
}

export interface FunctionValue {
  readonly kind: "function";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[] | Expression;
  readonly definition: FunctionDefinition | undefined;
  readonly scope: Scope;
  readonly self?: Value;
  /** What decorators of a library hung on it. */
  readonly marks: Value[];
}

export interface ClassValue {
  readonly kind: "class";
  readonly definition: ClassDefinition;
  readonly scope: Scope;
  readonly attributes: Scope;
  readonly bases: readonly Value[];
  readonly decorators: readonly Value[];
}

export interface InstanceValue {
  readonly kind: "instance";
  readonly of: ClassValue;
  readonly attributes: Map<string, Value>;
}

export interface ModuleValue {
  readonly kind: "module";
  /** Its file; absent for a folder without `__init__.py`. */
  readonly file: string | undefined;
  /** Where its submodules are; absent where it is no package. */
  readonly folder: string | undefined;
}

/** An object of a library that is known here: it does what the library does. */
export interface NativeValue {
  readonly kind: "native";
  readonly type: string;
  readonly get?: (name: string) => Value | undefined;
  readonly call?: (call: Call) => Value;
  /** When something unknown gets hold of it, and may do anything with it. */
  readonly escape?: () => void;
}

/** A call: what it is given, and where it stands. */
export interface Call {
  readonly args: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** Whether there is nothing else: no `*args` that is not known. */
  readonly isWhole: boolean;
  readonly spot: () => Spot;
}

/** Names of a module, a class or a call of a function. */
export class Scope {
  readonly kind: "module" | "class" | "function";
  readonly source: SourceFile;
  readonly parent: Scope | undefined;
  variables = new Map<string, Value>();
  /** Names that belong to the module instead. */
  readonly globals = new Set<string>();

  constructor(kind: Scope["kind"], source: SourceFile, parent: Scope | undefined) {
    this.kind = kind;
    this.source = source;
    this.parent = parent;
  }
}

/** In front of a path that begins at the root of the repository, and not at the folder in which the program runs. */
export const AT_ROOT = "\0/";

export const unknown: Value = { kind: "unknown" };
export const none: Value = { kind: "constant", value: null };

export const constant = (value: string | number | boolean | null, origin?: Origin): Value =>
  origin ? { kind: "constant", value, origin } : { kind: "constant", value };

export const pathValue = (text: string, origin?: Origin): Value =>
  origin ? { kind: "path", text, origin } : { kind: "path", text };

export const native = (type: string, what: Omit<NativeValue, "kind" | "type">): NativeValue => ({
  kind: "native",
  type,
  ...what,
});

/** A function of a library, as the library does it. */
export const nativeFunction = (call: (call: Call) => Value): NativeValue => native("function", { call });

/** More possibilities than this are as good as any. */
const MOST_CHOICES = 16;

/** One of these. */
export const either = (...values: readonly Value[]): Value => {
  const flat = values.flatMap(value => (value.kind === "choice" ? value.of : [value]));
  const different: Value[] = [];
  for (const value of flat) if (!different.some(other => isSame(value, other))) different.push(value);
  const [only] = different;
  if (different.length === 1 && only) return only;
  return different.length > MOST_CHOICES ? unknown : { kind: "choice", of: different };
};

const isSame = (one: Value, other: Value): boolean => {
  if (one === other) return true;
  if (one.kind === "constant") return other.kind === "constant" && one.value === other.value;
  if (one.kind === "path") return other.kind === "path" && one.text === other.text;
  return one.kind === "unknown" && other.kind === "unknown";
};

/** Each thing a value may be. */
export const possibilities = (value: Value): readonly Value[] => (value.kind === "choice" ? value.of : [value]);

/** A text that is certain. */
export const textOf = (value: Value | undefined): string | undefined =>
  value?.kind === "constant" && typeof value.value === "string" ? value.value : undefined;

/** A number or text that stands for itself. */
export const constantOf = (value: Value | undefined): string | number | boolean | null | undefined =>
  value?.kind === "constant" ? value.value : undefined;

/** The text of a path, written as text or made a `Path`. */
export const pathText = (value: Value): string | undefined => (value.kind === "path" ? value.text : textOf(value));

/** Whether a condition holds; `undefined`: that is only known at run time. */
export const truth = (value: Value): boolean | undefined => {
  switch (value.kind) {
    case "constant":
      return value.value !== null && value.value !== false && value.value !== 0 && value.value !== "";
    case "choice": {
      const [first, ...others] = value.of.map(truth);
      return others.every(other => other === first) ? first : undefined;
    }
    case "path":
    case "function":
    case "class":
    case "module":
      return true;
    default:
      return undefined;
  }
};

/** An argument of a call, by its place or its name. */
export const argument = (call: Call, place: number, name?: string): Value | undefined =>
  call.args[place] ?? (name === undefined ? undefined : call.keywords.get(name));

/** Whether the environment has a say in a value. */
export const isFromEnvironment = (value: Value): boolean =>
  value.kind === "environment" || (value.kind === "choice" && value.of.some(isFromEnvironment));
