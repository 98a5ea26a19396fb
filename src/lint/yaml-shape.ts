import type { Document } from "yaml";
import { CST, isAlias, isMap, isNode, isPair, isScalar, isSeq, Lexer, Parser, parseDocument } from "yaml";
import type { Place, SourceText } from "./place.ts";

/** What YAML a text is, told before anything is made of it that could outgrow the machine. */
export interface YamlShape {
  /** Of the first document: `nothing` where there is but comments. */
  readonly root: "mapping" | "list" | "scalar" | "nothing";
  readonly rootPlace: Place;
  /** The keys at its top. */
  readonly keys: readonly string[];
  /** Where a second document begins. */
  readonly second: Place | undefined;
  /** Where it nests deeper than GitHub reads; it is not looked at further then. */
  readonly tooDeep: Place | undefined;
  /** Where a tag stands that GitHub does not read. */
  readonly tag: Place | undefined;
  /** Where an alias names an anchor that is not set above it. */
  readonly unknownAlias: Place | undefined;
  /** Whether there is more of it than GitHub reads, aliases not counted. */
  readonly tooManyNodes: boolean;
  /** Whether there is more of it, aliases followed, than can be looked at in every respect in a second. */
  readonly isLarge: boolean;
  /** Where its aliases make it more than GitHub reads, never end, or are too many to be followed. */
  readonly tooManyAliases: { readonly place: Place; readonly why: "size" | "endless" | "number" } | undefined;
}

/** As GitHub's own parser has them: actions/runner, `ParseOptions.MaxDepth` and `YamlObjectReader.c_maxYamlNodes`. */
export const DEEPEST = 50;
export const MOST_NODES = 50_000;

/** The largest workflows that people write have a fifth of it. */
const LARGE = 5_000;

/** The YAML parser looks through the file for each alias. */
const MOST_LOOKS = 10_000_000;

export const shapeOf = (source: SourceText): YamlShape => {
  const parser = new Parser();
  const documents: CST.Document[] = [];
  let isContent = false;
  let aliases = 0;
  let firstAlias: Place | undefined;
  let tag: Place | undefined;
  let nodes = 0;
  const unread: Omit<YamlShape, "rootPlace" | "tooDeep"> = {
    root: "nothing",
    keys: [],
    second: undefined,
    tag: undefined,
    unknownAlias: undefined,
    tooManyNodes: false,
    isLarge: false,
    tooManyAliases: undefined,
  };
  const rootPlace = source.place(0, 0);
  for (const lexeme of new Lexer().lex(source.text)) {
    const offset = parser.offset;
    for (const token of parser.next(lexeme)) if (token.type === "document") documents.push(token);
    if (parser.stack.length > DEEPEST + 1 && depthOf(parser) > DEEPEST)
      return { ...unread, rootPlace, tooDeep: source.place(offset, offset + 1) };
    const type: CST.TokenType | "content" | null = isContent ? "content" : CST.tokenType(lexeme);
    isContent = type === "scalar";
    if (type === "alias") {
      aliases += 1;
      firstAlias ??= source.place(offset, offset + lexeme.length);
    }
    if (type === "tag" && !TAGS.has(lexeme)) tag ??= source.place(offset, offset + lexeme.length);
    if (type === "content" || type === "single-quoted-scalar" || type === "double-quoted-scalar") nodes += 1;
    if (type === "flow-map-start" || type === "flow-seq-start") nodes += 2;
  }
  for (const token of parser.end()) if (token.type === "document") documents.push(token);

  const [first, second] = documents;
  const tooManyToFollow = aliases * (nodes + aliases) > MOST_LOOKS;
  const expanded = aliases > 0 && nodes <= MOST_NODES && !tooManyToFollow ? expand(source) : undefined;
  return {
    ...rootOf(first?.value),
    rootPlace: first?.value ? source.place(first.value.offset, first.value.offset + 1) : rootPlace,
    second: second && source.place(second.offset, second.offset + 1),
    tooDeep: expanded?.tooDeep,
    tag,
    unknownAlias: expanded?.unknownAlias,
    tooManyNodes: nodes > MOST_NODES,
    isLarge: (expanded?.nodes ?? nodes) > LARGE && !expanded?.tooManyAliases && !tooManyToFollow,
    tooManyAliases: firstAlias && tooManyToFollow ? { place: firstAlias, why: "number" } : expanded?.tooManyAliases,
  };
};

/** https://yaml.org/spec/1.2.2/#103-core-schema */
const TAGS: ReadonlySet<string> = new Set(["!!str", "!!bool", "!!int", "!!float", "!!null", "!!map", "!!seq"]);

const COLLECTIONS: ReadonlySet<string> = new Set(["block-map", "block-seq", "flow-collection"]);

const depthOf = ({ stack }: Parser): number => stack.filter(({ type }) => COLLECTIONS.has(type)).length;

const rootOf = (value: CST.Token | undefined): Pick<YamlShape, "root" | "keys"> => {
  switch (value?.type) {
    case undefined:
      return { root: "nothing", keys: [] };
    case "block-map":
      return { root: "mapping", keys: keysOf(value.items) };
    case "flow-collection": {
      const isMapping = value.start.source === "{";
      return { root: isMapping ? "mapping" : "list", keys: isMapping ? keysOf(value.items) : [] };
    }
    case "block-seq":
      return { root: "list", keys: [] };
    default:
      return { root: "scalar", keys: [] };
  }
};

const keysOf = (items: readonly CST.CollectionItem[]): readonly string[] =>
  items.flatMap(({ key }) =>
    CST.isCollection(key ?? null) ? [] : (CST.resolveAsScalar(key, false, () => {})?.value ?? []),
  );

/** Follows the aliases, each anchor measured once. */
const expand = (
  source: SourceText,
): Pick<YamlShape, "tooDeep" | "unknownAlias" | "tooManyAliases"> & { readonly nodes: number } => {
  const measured = new Map<string, Size | undefined>();
  let total = 0;
  let tooDeep: Place | undefined;
  let unknownAlias: Place | undefined;
  let tooManyAliases: YamlShape["tooManyAliases"];
  const visit = (node: unknown, depth: number): Size => {
    if (isAlias(node)) {
      const [from = 0, to = 0] = node.range ?? [];
      const known = measured.get(node.source);
      const endless = known === undefined && measured.has(node.source);
      if (!measured.has(node.source)) unknownAlias ??= source.place(from, to);
      const size = known ?? { nodes: 1, depth: 0 };
      total += size.nodes;
      if (endless || total > MOST_NODES)
        tooManyAliases ??= { place: source.place(from, to), why: endless ? "endless" : "size" };
      if (depth + size.depth > DEEPEST) tooDeep ??= source.place(from, to);
      return size;
    }
    if (isPair(node)) return both(visit(node.key, depth), visit(node.value, depth));
    if (!isNode(node)) return { nodes: 0, depth: 0 };
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) measured.set(anchor, undefined);
    const isCollection = isMap(node) || isSeq(node);
    total += isCollection ? 2 : 1;
    let size: Size = { nodes: isCollection ? 2 : 1, depth: 0 };
    if (isCollection) {
      for (const item of node.items) size = both(size, visit(item, depth + 1));
      size = { nodes: size.nodes, depth: size.depth + 1 };
    }
    if (anchor !== undefined) measured.set(anchor, size);
    return size;
  };
  const document: Document.Parsed = parseDocument(source.text, { uniqueKeys: false, logLevel: "silent" });
  visit(document.contents, 0);
  return { tooDeep, unknownAlias, tooManyAliases, nodes: total };
};

interface Size {
  readonly nodes: number;
  readonly depth: number;
}

const both = (one: Size, other: Size): Size => ({
  nodes: one.nodes + other.nodes,
  depth: Math.max(one.depth, other.depth),
});

/** Whether GitHub's parser can be given it. */
export const isReadable = ({ tooDeep, tooManyNodes, tooManyAliases }: YamlShape): boolean =>
  !tooDeep && !tooManyNodes && !tooManyAliases;
