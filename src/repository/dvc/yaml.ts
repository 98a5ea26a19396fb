import type { Alias, Document, Node, Pair, ParsedNode, YAMLMap } from "yaml";
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser, Scalar } from "yaml";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { SourceProblem, Spot } from "../source-problem.ts";
import { sourceText } from "../source-text.ts";

/** A value of a YAML file with its place; what an alias names is the value itself, so that a value may have several holders. */
export type Yaml = YamlMap | YamlList | YamlScalar;

/** UTF-16 offsets: of the first unit, and of the first that is no longer meant. */
export type Range = readonly [start: number, end: number];

export interface YamlMap {
  readonly kind: "map";
  readonly range: Range;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly key: Range;
  readonly value: Yaml;
}

export interface YamlList {
  readonly kind: "list";
  readonly range: Range;
  readonly items: readonly Yaml[];
}

export interface YamlScalar {
  readonly kind: "scalar";
  readonly range: Range;
  readonly value: string | number | boolean | null;
  /** As Python prints it. */
  readonly text: string;
}

/** A YAML file of the repository, read. */
export interface YamlFile {
  readonly file: string;
  /** Absent where the file is broken, or has nothing in it. */
  readonly root: Yaml | undefined;
  readonly problems: readonly SourceProblem[];
  /** Where a part of it is. */
  readonly spot: (range: Range) => Spot;
}

/** Values nested deeper than any that a person writes. */
const DEEPEST = 100;

/** Characters of a YAML file that is read: the parser takes a second for each million. */
const MOST_CHARACTERS = 2_000_000;

/** The one door to YAML in the repository; `undefined` where there is no such file. Never throws. */
export const readYaml: (repository: RepositoryContents, file: string) => YamlFile | undefined = remembered(
  (repository, file) => {
    const source = sourceText(repository, file);
    if (source.kind === "absent") return undefined;
    if (source.kind === "text") return parseYaml(file, source.text);
    return { file, root: undefined, problems: [source.problem], spot: () => ({ file }) };
  },
);

export const parseYaml = (file: string, text: string): YamlFile => {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const spot = ([start, end]: Range): Spot => {
    const from = lines.linePos(start);
    const to = lines.linePos(Math.max(start, end));
    return { file, line: from.line, column: from.col, endLine: to.line, endColumn: to.col };
  };
  const broken = (range: Range, message: string): YamlFile => ({
    file,
    root: undefined,
    spot,
    problems: [
      {
        spot: spot(range),
        kind: "syntax",
        message: `this is no YAML that DVC reads: ${message}`,
        hint: "correct the file: every dvc command that reads it fails",
      },
    ],
  });
  if (text.length > MOST_CHARACTERS) {
    const message = `the file has ${text.length} characters, so it was not read`;
    const problem: SourceProblem = { spot: { file }, kind: "too-large", message, hint: "make it smaller" };
    return { file, root: undefined, problems: [problem], spot };
  }
  try {
    const documents = [...compose(text, lines)];
    const error = documents.flatMap(({ errors, warnings }) => [
      ...errors,
      ...warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED"),
    ])[0];
    if (error) return broken(error.pos, error.message.replace(/[.:]$/, ""));
    const [document, second] = documents;
    if (second) return broken([second.range[0], second.range[0]], "a second document begins here");
    return { file, root: document?.contents ? convert(document.contents) : undefined, problems: [], spot };
  } catch (error) {
    if (error instanceof YamlFault) return broken(error.range, error.message);
    throw error;
  }
};

/** Depth is told while parsing: composing what is nested too deeply ends the process. */
const compose = function* (text: string, lines: LineCounter): Generator<Document.Parsed> {
  const parser = new Parser(lines.addNewLine);
  // Looking for keys that are there twice takes the composer the square of their number.
  const composer = new Composer<ParsedNode, true>({ uniqueKeys: false, logLevel: "silent" });
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) yield* composer.next(token);
    if (parser.stack.length > DEEPEST) throw new YamlFault("it nests too deeply", [parser.offset, parser.offset]);
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end(true, text.length);
};

class YamlFault extends Error {
  readonly range: Range;
  constructor(message: string, range: Range) {
    super(message);
    this.range = range;
  }
}

const convert = (root: ParsedNode): Yaml => {
  const anchors = new Map<string, Yaml | "unfinished">();

  const yamlOf = (node: Node | null | undefined, holder: Range, depth: number): Yaml => {
    const range: Range = node?.range ? [node.range[0], node.range[1]] : [holder[1], holder[1]];
    if (!node) return { kind: "scalar", range, value: null, text: "None" };
    if (depth > DEEPEST) throw new YamlFault("it nests too deeply", range);
    if (isAlias(node)) return named(node, range);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) anchors.set(anchor, "unfinished");
    const value = isMap(node)
      ? mapOf(node, range, depth)
      : isSeq(node)
        ? ({ kind: "list", range, items: node.items.map(item => yamlOf(item as Node, range, depth + 1)) } as const)
        : scalarOf(node as Scalar, range);
    if (anchor !== undefined) anchors.set(anchor, value);
    return value;
  };

  const named = (alias: Alias, range: Range): Yaml => {
    const value = anchors.get(alias.source);
    if (value === undefined) throw new YamlFault(`there is no anchor \`&${alias.source}\` above its alias`, range);
    if (value === "unfinished") throw new YamlFault(`\`*${alias.source}\` is within what it stands for`, range);
    return value;
  };

  const mapOf = (node: YAMLMap, range: Range, depth: number): YamlMap => {
    const entries = new Map<string, YamlEntry>();
    const merged: YamlMap[] = [];
    for (const { key: keyNode, value: valueNode } of node.items as Pair<Node, Node>[]) {
      const key = yamlOf(keyNode, range, depth + 1);
      const value = yamlOf(valueNode, key.range, depth + 1);
      if (key.kind !== "scalar") continue;
      if (key.value === "<<" && isScalar(keyNode) && keyNode.type === Scalar.PLAIN) {
        for (const part of value.kind === "list" ? value.items : [value]) if (part.kind === "map") merged.push(part);
        continue;
      }
      if (entries.has(key.text)) throw new YamlFault(`the key \`${key.text}\` is there twice`, key.range);
      entries.set(key.text, { key: key.range, value });
    }
    for (const { entries: others } of merged)
      for (const [key, entry] of others) if (!entries.has(key)) entries.set(key, entry);
    return { kind: "map", range, entries };
  };

  return yamlOf(root, [0, 0], 0);
};

const scalarOf = ({ value, source, type }: Scalar, range: Range): YamlScalar => {
  if (typeof value === "number") return { kind: "scalar", range, value, text: pythonNumber(value, source ?? "") };
  if (typeof value === "boolean") return { kind: "scalar", range, value, text: value ? "true" : "false" };
  if (typeof value === "string") {
    // Python's YAML takes underscores in a number.
    const digits = type === Scalar.PLAIN && /^[-+]?\d[\d_]*$/.test(value) ? value.replaceAll("_", "") : undefined;
    if (digits === undefined) return { kind: "scalar", range, value, text: value };
    return { kind: "scalar", range, value: Number(digits), text: pythonNumber(Number(digits), digits) };
  }
  return { kind: "scalar", range, value: null, text: "None" };
};

/** A number as Python writes it, which is how DVC makes it part of a name or a path. */
const pythonNumber = (value: number, source: string): string => {
  if (/^[-+]?\d+$/.test(source)) return String(BigInt(source.replace("+", "")));
  if (/^0[xo]/.test(source)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = "", exponent = ""] = value.toExponential().split("e");
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
};
