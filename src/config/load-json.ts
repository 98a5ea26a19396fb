import { type Diagnostic, failure, type Result, success } from "../diagnostics/diagnostic.ts";
import { type LoadedConfig, type Locate, type Position, requireObject } from "./load.ts";

/** A config in strict JSON. A `$schema` for editors is no part of it. */
export const loadJson = (text: string, path: string, file: string): Result<LoadedConfig> => {
  if (text.trim() === "") return requireObject(undefined, file, "holds") as Result<never>;
  const parsed = parseJson(text, file);
  if (!parsed.ok) return parsed;
  const value = requireObject(parsed.value.value, file, "holds");
  if (!value.ok) return value;
  const { $schema: _, ...config } = value.value as Record<string, unknown>;
  return success({ value: config, sources: [path], locate: async () => parsed.value.position });
};

/** What `JSON.parse` accepts, except that a key may stand only once; with the places it does not tell. */
export const parseJson = (
  text: string,
  file: string,
): Result<{ readonly value: unknown; readonly position: Locate }> => {
  const { root, problems } = scan(text);
  if (problems.length > 0)
    return failure(
      ...problems.map(
        ({ offset, message, hint }): Diagnostic => ({
          code: "config/syntax",
          severity: "error",
          file,
          ...placeOf(text, offset),
          message,
          hint,
        }),
      ),
    );
  const position: Locate = keys => {
    let node = root;
    for (const key of keys) {
      const next = node.children?.get(String(key));
      if (next === undefined) break;
      node = next;
    }
    return placeOf(text, node.offset);
  };
  return success({ value: JSON.parse(text) as unknown, position });
};

const placeOf = (text: string, offset: number): Position => {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: (before.at(-1) as string).length + 1 };
};

interface Place {
  readonly offset: number;
  readonly children?: Map<string, Place>;
}

interface Problem {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside a string
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The places of all values, with the first syntax error and every repeated key before it. A stack of its own: text may nest deeply. */
const scan = (text: string): { readonly root: Place; readonly problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  let offset = 0;
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = offset;
    return pattern.exec(text)?.[0] ?? "";
  };
  const next = (): { readonly at: number; readonly token: string } => {
    offset += match(SPACE).length;
    const at = offset;
    const token = match(TOKEN);
    offset += token.length;
    return { at, token };
  };
  const unexpected = (at: number, expected: string): void => {
    problems.push({ offset: at, message: `expected ${expected}, found ${found(text, at)}`, hint: hintAt(text, at) });
  };

  let root: Place | undefined;
  const open: { readonly place: Place & { readonly children: Map<string, Place> }; readonly list: boolean }[] = [];
  let key = "";
  // What may come next: a value; a value or the end of a list; a key; a key or the end of an object; a comma or an end.
  let state: "value" | "first item" | "key" | "first key" | "after" = "value";
  for (;;) {
    const { at, token } = next();
    const parent = open.at(-1);
    if (state === "after" && parent === undefined) {
      if (at < text.length) unexpected(at, "the end of the file");
      break;
    }
    const closing = parent?.list === true ? "]" : "}";
    if (parent !== undefined && token === closing && state !== "value" && state !== "key") {
      open.pop();
      state = "after";
    } else if (state === "after") {
      if (token !== ",") {
        unexpected(at, `\`,\` or \`${closing}\``);
        break;
      }
      state = parent?.list === true ? "value" : "key";
    } else if (state === "key" || state === "first key") {
      if (!token.startsWith('"')) {
        unexpected(at, state === "key" ? "a key in double quotes" : "a key in double quotes or `}`");
        break;
      }
      key = JSON.parse(token) as string;
      if (parent?.place.children.has(key)) {
        const message = `the key \`${key}\` stands here a second time`;
        problems.push({ offset: at, message, hint: "keep one of them: all but the last would be ignored" });
      }
      const colon = next();
      if (colon.token !== ":") {
        unexpected(colon.at, "`:`");
        break;
      }
      state = "value";
    } else {
      if (token === "" || "}],:".includes(token)) {
        unexpected(at, "a value");
        break;
      }
      const container = token === "{" || token === "[";
      const place = container ? { offset: at, children: new Map<string, Place>() } : { offset: at };
      root ??= place;
      parent?.place.children.set(parent.list ? String(parent.place.children.size) : key, place);
      if (place.children !== undefined) open.push({ place, list: token === "[" });
      state = token === "{" ? "first key" : token === "[" ? "first item" : "after";
    }
  }
  return { root: root ?? { offset: 0 }, problems };
};

const found = (text: string, at: number): string => {
  if (at >= text.length) return "the end of the file";
  const character = String.fromCodePoint(text.codePointAt(at) as number);
  return character === "`" ? "a backtick" : `\`${character}\``;
};

const hintAt = (text: string, at: number): string => {
  const before = text.slice(0, at).trimEnd();
  if (/^[}\]]/.test(text.slice(at)) && before.endsWith(",")) return "JSON allows no comma after the last item";
  if (/^\/[/*]/.test(text.slice(at))) return "JSON allows no comments; a config in YAML or TypeScript may have them";
  if (text[at] === "'") return "JSON knows only double quotes";
  return "mend the JSON at this place";
};
