import type { Runtime } from "./library.ts";
import { joined, nameOf, parentOf, suffixOf } from "./paths.ts";
import type { Call, DictValue, ListValue, Value } from "./values.ts";
import {
  AT_ROOT,
  constant,
  constantOf,
  either,
  isFromEnvironment,
  native,
  nativeFunction,
  none,
  pathText,
  pathValue,
  possibilities,
  textOf,
  truth,
  unknown,
} from "./values.ts";

type PathValue = Extract<Value, { readonly kind: "path" }>;
type ConstantValue = Extract<Value, { readonly kind: "constant" }>;

export const unary = (operator: string, operand: Value): Value => {
  if (operator === "not") {
    if (isFromEnvironment(operand)) return { kind: "environment", name: undefined };
    const holds = truth(operand);
    return holds === undefined ? unknown : constant(!holds);
  }
  const number = constantOf(operand);
  return operator === "-" && typeof number === "number" ? constant(-number) : unknown;
};

export const binary = (operator: string, left: Value, right: Value): Value => {
  if (COMPARISONS.has(operator)) return compared(operator, left, right);
  const pairs = possibilities(left).flatMap(one => possibilities(right).map(other => [one, other] as const));
  return pairs.length > 64 ? unknown : either(...pairs.map(([one, other]) => calculated(operator, one, other)));
};

/** Longer texts and lists are no names, paths or options. */
const LONGEST = 10_000;

const calculated = (operator: string, left: Value, right: Value): Value => {
  if (operator === "/" && (left.kind === "path" || right.kind === "path")) {
    const [start, end] = [pathText(left), pathText(right)];
    return start === undefined || end === undefined ? unknown : pathValue(joined(start, end), originOf(left));
  }
  if (operator === "+") {
    const [start, end] = [textOf(left), textOf(right)];
    if (start !== undefined && end !== undefined)
      return start.length + end.length > LONGEST ? unknown : constant(start + end);
    if (left.kind === "list" && right.kind === "list" && left.items.length + right.items.length <= LONGEST)
      return { kind: "list", items: [...left.items, ...right.items], isWhole: left.isWhole && right.isWhole };
  }
  if (operator === "|" && left.kind === "dict" && right.kind === "dict")
    return {
      kind: "dict",
      entries: new Map([...left.entries, ...right.entries]),
      isWhole: left.isWhole && right.isWhole,
    };
  return unknown;
};

const originOf = (value: Value) => (value.kind === "constant" || value.kind === "path" ? value.origin : undefined);

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "is", "is not", "in", "not in", "<", ">", "<=", ">="]);

const compared = (operator: string, left: Value, right: Value): Value => {
  const decides = (value: Value) =>
    isFromEnvironment(value) || (value.kind === "external" && value.name === "os.environ");
  if (decides(left) || decides(right)) return { kind: "environment", name: undefined };
  if (operator === "in" || operator === "not in") return within(left, right, operator === "in");
  // A thing is not nothing, whatever it is.
  if (operator.startsWith("is") && constantOf(right) === null && isThing(left)) return constant(operator === "is not");
  const [one, other] = [constantOf(left), constantOf(right)];
  if (one === undefined || other === undefined) return unknown;
  if (operator === "==" || operator === "is") return constant(one === other);
  if (operator === "!=" || operator === "is not") return constant(one !== other);
  if (typeof one !== "number" || typeof other !== "number") return unknown;
  if (operator === "<") return constant(one < other);
  if (operator === ">") return constant(one > other);
  return constant(operator === "<=" ? one <= other : one >= other);
};

const isThing = (value: Value): boolean =>
  ["path", "list", "dict", "function", "class", "module", "instance"].includes(value.kind);

const within = (value: Value, container: Value, isWanted: boolean): Value => {
  const key = constantOf(value);
  if (key === undefined) return unknown;
  if (container.kind === "dict") {
    if (container.entries.has(String(key))) return constant(isWanted);
    return container.isWhole ? constant(!isWanted) : unknown;
  }
  if (container.kind !== "list") return unknown;
  const items = container.items.map(constantOf);
  if (items.includes(key)) return constant(isWanted);
  return container.isWhole && !items.includes(undefined) ? constant(!isWanted) : unknown;
};

/** The methods of a dictionary. */
export const attributeOfDict = (dict: DictValue, name: string): Value | undefined => {
  const listed = (items: readonly Value[]): Value => ({ kind: "list", items: [...items], isWhole: dict.isWhole });
  switch (name) {
    case "get":
    case "pop":
      return nativeFunction(({ args: [key, fallback] }) => {
        const text = constantOf(key);
        const value = typeof text === "string" ? dict.entries.get(text) : undefined;
        if (value) return value;
        return typeof text === "string" && dict.isWhole ? (fallback ?? none) : either(fallback ?? unknown, unknown);
      });
    case "setdefault":
      return nativeFunction(({ args: [key, fallback] }) => {
        const text = textOf(key);
        if (text === undefined) return unknown;
        if (!dict.entries.has(text)) dict.entries.set(text, fallback ?? none);
        return dict.entries.get(text) ?? unknown;
      });
    case "items":
      return nativeFunction(() =>
        listed(
          [...dict.entries].map(([key, value]) => ({ kind: "list", items: [constant(key), value], isWhole: true })),
        ),
      );
    case "keys":
      return nativeFunction(() => listed([...dict.entries.keys()].map(key => constant(key))));
    case "values":
      return nativeFunction(() => listed([...dict.entries.values()]));
    case "copy":
    case "model_dump":
    case "dict":
      return nativeFunction(() => ({ ...dict, entries: new Map(dict.entries) }));
    case "update":
      return nativeFunction(({ args: [other], keywords }) => {
        if (other?.kind === "dict") for (const [key, value] of other.entries) dict.entries.set(key, value);
        else if (other) dict.isWhole = false;
        for (const [key, value] of keywords) dict.entries.set(key, value);
        return none;
      });
    default:
      return undefined;
  }
};

/** Adds what is in another list, as far as it is known. */
export const extend = (list: ListValue, value: Value): void => {
  const isKnown = value.kind === "list" && value.items.length + list.items.length <= LONGEST;
  if (isKnown) list.items.push(...value.items);
  if (!isKnown || !value.isWhole) list.isWhole = false;
};

/** The methods of a list. */
export const attributeOfList = (list: ListValue, name: string, { isConditional }: Runtime): Value | undefined => {
  switch (name) {
    case "append":
      return nativeFunction(({ args: [item] }) => {
        list.items.push(item ?? unknown);
        if (isConditional) list.isWhole = false;
        return none;
      });
    case "extend":
      return nativeFunction(({ args: [items] }) => {
        extend(list, items ?? unknown);
        if (isConditional) list.isWhole = false;
        return none;
      });
    case "insert":
    case "remove":
    case "pop":
    case "clear":
    case "sort":
    case "reverse":
      return nativeFunction(() => {
        list.isWhole = false;
        return unknown;
      });
    case "copy":
      return nativeFunction(() => ({ ...list, items: [...list.items] }));
    default:
      return undefined;
  }
};

/** The methods of a text, and the value of a member of an enumeration. */
export const attributeOfConstant = (value: ConstantValue, name: string): Value | undefined => {
  const text = textOf(value);
  if (name === "value") return value;
  if (text === undefined) return undefined;
  const method = (change: (call: Call) => string | undefined): Value =>
    nativeFunction(call => {
      const result = change(call);
      return result === undefined || result.length > LONGEST ? unknown : constant(result, value.origin);
    });
  switch (name) {
    case "strip":
      return method(({ args }) => (args.length === 0 ? text.trim() : undefined));
    case "lower":
      return method(() => text.toLowerCase());
    case "upper":
      return method(() => text.toUpperCase());
    case "replace":
      return method(({ args: [from, to] }) => {
        const [old, now] = [textOf(from), textOf(to)];
        return old === undefined || now === undefined ? undefined : text.replaceAll(old, () => now);
      });
    case "format":
      return nativeFunction(call => formatted(text, call));
    case "join":
      return nativeFunction(({ args: [list] }) => {
        if (list?.kind !== "list" || !list.isWhole) return unknown;
        const parts = list.items.map(textOf);
        const joinedText = parts.join(text);
        return parts.includes(undefined) || joinedText.length > LONGEST ? unknown : constant(joinedText);
      });
    case "split":
      return nativeFunction(({ args: [by] }) => {
        const separator = textOf(by);
        const items = (separator ? text.split(separator) : text.trim().split(/\s+/)).map(part => constant(part));
        return { kind: "list", items, isWhole: true };
      });
    case "startswith":
    case "endswith":
      return nativeFunction(({ args: [what] }) => {
        const part = textOf(what);
        if (part === undefined) return unknown;
        return constant(name === "startswith" ? text.startsWith(part) : text.endsWith(part));
      });
    default:
      return undefined;
  }
};

const formatted = (text: string, { args, keywords }: Call): Value => {
  let place = 0;
  let isKnown = true;
  const result = text.replaceAll(/\{\{|\}\}|\{([^{}]*)\}/g, (written: string, field: string | undefined) => {
    if (field === undefined) return written[0] as string;
    const value = field === "" ? args[place++] : /^\d+$/.test(field) ? args[Number(field)] : keywords.get(field);
    const known =
      value && (pathText(value) ?? (typeof constantOf(value) === "number" ? String(constantOf(value)) : undefined));
    if (known === undefined) isKnown = false;
    return known ?? "";
  });
  return isKnown && result.length <= LONGEST ? constant(result) : unknown;
};

/** What `pathlib.Path` has. https://docs.python.org/3/library/pathlib.html */
export const attributeOfPath = (path: PathValue, name: string, runtime: Runtime): Value | undefined => {
  const made = (text: string | undefined): Value => (text === undefined ? unknown : pathValue(text, path.origin));
  const text = (value: Value | undefined): string | undefined => value && pathText(value);
  const touching = (kind: "write" | "read", result: Value): Value =>
    nativeFunction(call => {
      runtime.touch(kind, path, call);
      return result;
    });
  switch (name) {
    case "parent":
      return made(parentOf(path.text));
    case "parents":
      return native("parents", {
        get: key => {
          const depth = /^\[(\d{1,2})\]$/.exec(key)?.[1];
          if (depth === undefined) return undefined;
          let folder = path.text;
          for (let level = 0; level <= Number(depth); level += 1) folder = parentOf(folder);
          return made(folder);
        },
      });
    case "name":
      return constant(nameOf(path.text));
    case "stem":
      return constant(nameOf(path.text).slice(0, suffixOf(path.text) === "" ? undefined : -suffixOf(path.text).length));
    case "suffix":
      return constant(suffixOf(path.text));
    case "as_posix":
    case "__str__":
    case "__fspath__":
      return nativeFunction(() => constant(path.text, path.origin));
    case "as_uri":
      return nativeFunction(() => constant(`file:///${path.text.replace(AT_ROOT, "")}`, path.origin));
    case "resolve":
    case "absolute":
    case "expanduser":
      return nativeFunction(() => path);
    case "joinpath":
      return nativeFunction(({ args }) => {
        const parts = args.map(text);
        return parts.includes(undefined) ? unknown : made(joined(path.text, ...(parts as readonly string[])));
      });
    case "with_suffix":
      return nativeFunction(({ args: [suffix] }) => {
        const own = suffixOf(path.text);
        const end = textOf(suffix);
        return made(end === undefined ? undefined : path.text.slice(0, own === "" ? undefined : -own.length) + end);
      });
    case "with_name":
      return nativeFunction(({ args: [other] }) => {
        const end = textOf(other);
        return made(end === undefined ? undefined : joined(parentOf(path.text), end));
      });
    case "open":
      return nativeFunction(call =>
        runtime.call(
          { kind: "external", name: "builtins.open" },
          {
            ...call,
            args: [path, ...call.args],
          },
        ),
      );
    case "write_text":
    case "write_bytes":
      return touching("write", unknown);
    case "touch":
      return touching("write", none);
    case "read_text":
    case "read_bytes":
      return touching("read", contentsOf(path));
    case "mkdir":
      return nativeFunction(call => {
        runtime.touch("write", path, call, true);
        return none;
      });
    case "rename":
    case "replace":
      return nativeFunction(call => {
        runtime.touch("write", call.args[0], call);
        return call.args[0] ?? unknown;
      });
    case "stat":
    case "lstat":
      return nativeFunction(call => native("stat", { get: field => statField(field, path, call, runtime) }));
    default:
      return undefined;
  }
};

/** Times of a file, which a checkout or a download renews. */
export const statField = (
  field: string,
  path: Value | undefined,
  call: Pick<Call, "spot">,
  runtime: Runtime,
): Value => {
  if (/^st_[mc]time(?:_ns)?$/.test(field))
    runtime.note({ kind: "modification-time", path: path && pathText(path), spot: call.spot() });
  return unknown;
};

/** What a file holds, which a parser may be given. */
export const contentsOf = (path: Value): Value =>
  native("contents", { get: name => (name === "path" ? path : unknown) });
