import type { AST } from "toml-eslint-parser";
import { ParseError, parseTOML } from "toml-eslint-parser";
import type { RepositoryContents } from "./contents.ts";
import { remembered } from "./remembered.ts";
import type { Reading, Spot } from "./source-problem.ts";
import { sourceText } from "./source-text.ts";

interface Place {
  readonly spot: Spot;
  /** UTF-16 offsets in the file's text, quotes included. */
  readonly start: number;
  readonly end: number;
}

export interface TomlText extends Place {
  readonly kind: "text";
  readonly value: string;
  /** The offset of its first character, where each of its characters stands as it is written; absent where some are escaped. */
  readonly plainStart: number | undefined;
}

export interface TomlTable extends Place {
  readonly kind: "table";
  readonly entries: ReadonlyMap<string, TomlNode>;
}

export interface TomlList extends Place {
  readonly kind: "list";
  readonly items: readonly TomlNode[];
}

export interface TomlOther extends Place {
  readonly kind: "other";
  /** Absent for what nests too deeply to be read. */
  readonly value: number | boolean | Date | undefined;
}

export type TomlNode = TomlText | TomlTable | TomlList | TomlOther;

/** A TOML file of the repository; `undefined` where there is none. What is broken reads as an empty table. */
export const tomlFile: (repository: RepositoryContents, file: string) => Reading<TomlTable> | undefined = remembered(
  (repository, file) => {
    const source = sourceText(repository, file);
    if (source.kind === "absent") return undefined;
    return source.kind === "problem"
      ? { value: nothing(file), problems: [source.problem] }
      : readToml(file, source.text);
  },
);

/** Reads a text as TOML. What is none reads as an empty table. */
export const readToml = (file: string, text: string): Reading<TomlTable> => {
  if (text.split("\n", MOST_LINES + 1).length > MOST_LINES)
    return {
      value: nothing(file),
      problems: [
        {
          spot: { file },
          kind: "too-large",
          message: `the file has more than ${MOST_LINES} lines, so it was not read`,
          hint: "make it smaller",
        },
      ],
    };
  try {
    return { value: tableOf(file, parseTOML(text).body[0]), problems: [] };
  } catch (error) {
    if (!(error instanceof ParseError) && !(error instanceof RangeError)) throw error;
    const spot = error instanceof ParseError ? { file, line: error.lineNumber, column: error.column + 1 } : { file };
    const message =
      error instanceof ParseError
        ? `this is no TOML: ${lowerCase(error.message)}`
        : "the file nests too deeply to be read";
    return {
      value: nothing(file),
      problems: [{ spot, kind: "syntax", message, hint: "correct the file: tools that read it refuse it as well" }],
    };
  }
};

/** What stands at these keys, if each on the way is a table that has the next. */
export const nodeAt = (node: TomlNode | undefined, ...keys: readonly string[]): TomlNode | undefined =>
  keys.reduce<TomlNode | undefined>((at, key) => (at?.kind === "table" ? at.entries.get(key) : undefined), node);

export const textAt = (node: TomlNode | undefined, ...keys: readonly string[]): TomlText | undefined => {
  const found = nodeAt(node, ...keys);
  return found?.kind === "text" ? found : undefined;
};

/** The items of a list; none where there is no list. */
export const itemsAt = (node: TomlNode | undefined, ...keys: readonly string[]): readonly TomlNode[] => {
  const found = nodeAt(node, ...keys);
  return found?.kind === "list" ? found.items : [];
};

/** The texts of a list, without what is none. */
export const textsAt = (node: TomlNode | undefined, ...keys: readonly string[]): readonly TomlText[] =>
  itemsAt(node, ...keys).filter(item => item.kind === "text");

/** The entries of a table; none where there is no table. */
export const entriesAt = (
  node: TomlNode | undefined,
  ...keys: readonly string[]
): readonly (readonly [string, TomlNode])[] => {
  const found = nodeAt(node, ...keys);
  return found?.kind === "table" ? [...found.entries] : [];
};

/** A lock file of a large project has a tenth of them; the parser needs seconds for more. */
const MOST_LINES = 50_000;

const DEEPEST = 100;

/** While it is being put together from the sections that speak of it. */
interface OpenTable extends TomlTable {
  readonly entries: Map<string, TomlNode>;
}

const nothing = (file: string): TomlTable => ({ kind: "table", spot: { file }, start: 0, end: 0, entries: new Map() });

const openTable = (place: Place): OpenTable => ({ kind: "table", ...place, entries: new Map() });

const placeOf = (file: string, { loc, range }: AST.HasLocs): Place => ({
  spot: {
    file,
    line: loc.start.line,
    column: loc.start.column + 1,
    endLine: loc.end.line,
    endColumn: loc.end.column + 1,
  },
  start: range[0],
  end: range[1],
});

const tableOf = (file: string, top: AST.TOMLTopLevelTable): TomlTable => {
  const root: OpenTable = { ...openTable(placeOf(file, top)), spot: { file } };
  for (const item of top.body) {
    if (item.type === "TOMLKeyValue") addPair(file, root, item, 0);
    else {
      const table = open(root, item.resolvedKey, placeOf(file, item.key));
      for (const pair of item.body) addPair(file, table, pair, 0);
    }
  }
  return root;
};

/** The table at a path, made on the way where it is not there yet; a number is a place in a list of tables. */
const open = (root: OpenTable, path: readonly (string | number)[], place: Place): OpenTable => {
  let table = root;
  for (const [index, key] of path.entries()) {
    // What a number stands in was opened with the name before it.
    if (typeof key === "number") continue;
    const position = path[index + 1];
    const known = table.entries.get(key);
    if (typeof position === "number") {
      const items = known?.kind === "list" ? (known.items as TomlNode[]) : [];
      if (known?.kind !== "list") table.entries.set(key, { kind: "list", ...place, items });
      items[position] ??= openTable(place);
      table = items[position] as OpenTable;
    } else {
      const next = known?.kind === "table" ? (known as OpenTable) : openTable(place);
      table.entries.set(key, next);
      table = next;
    }
  }
  return table;
};

const addPair = (file: string, table: OpenTable, { key, value }: AST.TOMLKeyValue, depth: number): void => {
  const names = key.keys.map(part => (part.type === "TOMLBare" ? part.name : part.value));
  const owner = open(table, names.slice(0, -1), placeOf(file, key));
  owner.entries.set(names.at(-1) as string, nodeOf(file, value, depth + names.length));
};

const nodeOf = (file: string, node: AST.TOMLContentNode, depth: number): TomlNode => {
  const place = placeOf(file, node);
  if (node.type === "TOMLValue") {
    if (node.kind !== "string") return { kind: "other", ...place, value: node.value };
    const isPlain = !node.multiline && node.value.length === place.end - place.start - 2;
    return { kind: "text", ...place, value: node.value, plainStart: isPlain ? place.start + 1 : undefined };
  }
  if (depth > DEEPEST) return { kind: "other", ...place, value: undefined };
  if (node.type === "TOMLArray")
    return { kind: "list", ...place, items: node.elements.map(element => nodeOf(file, element, depth + 1)) };
  const table = openTable(place);
  for (const pair of node.body) addPair(file, table, pair, depth + 1);
  return table;
};

const lowerCase = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
