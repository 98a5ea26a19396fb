import type { ScalarTag } from "yaml";
import { isMap, isSeq, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";

/** What a key of a workflow holds, with the comments that belong to it. Absent values leave no trace. */
export type Node = string | number | boolean | Scalar | YAMLMap | YAMLSeq;

/** A mapping in the order in which the entries are given. */
export const mapping = (entries: readonly (readonly [key: string, value: Node | undefined])[]): YAMLMap => {
  const map = new YAMLMap();
  for (const [key, value] of entries) {
    if (value === undefined) continue;
    map.items.push(new Pair(new Scalar(key), typeof value === "object" ? value : new Scalar(value)));
  }
  map.flow = map.items.length === 0;
  return map;
};

export const sequence = (items: readonly Node[]): YAMLSeq => {
  const seq = new YAMLSeq();
  seq.items.push(...items.map(item => (typeof item === "object" ? item : new Scalar(item))));
  return seq;
};

/** `[a, b]`: for short lists of names. */
export const inlineSequence = (items: readonly Node[]): YAMLSeq => {
  const seq = sequence(items);
  seq.flow = true;
  return seq;
};

/** Text of several lines, as a block that keeps them. */
export const block = (text: string): Scalar => {
  const scalar = new Scalar(text);
  scalar.type = Scalar.BLOCK_LITERAL;
  return scalar;
};

class Script {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const indented = new Map<string, string>();

/** How a script is written. The same few stand in every workflow and are most of its text, so each is indented once. */
export const scriptTag: ScalarTag = {
  tag: "tag:yaml.org,2002:str",
  default: true,
  identify: value => value instanceof Script,
  resolve: text => text,
  stringify: ({ value }, { indent }) => {
    const { text } = value as Script;
    const key = `${indent}${text}`;
    const known = indented.get(key);
    if (known !== undefined) return known;
    const lines = `|\n${indent}${text.slice(0, -1).replace(/\n+/g, `$&${indent}`)}`;
    indented.set(key, lines);
    return lines;
  },
};

/** The script of a step, as a literal block; one that needs more than indentation is left to the library. */
export const script = (text: string): Scalar =>
  /^[^\s].*[^\s]\n$/s.test(text) && !/[^\P{Cc}\n]/u.test(text) ? new Scalar(new Script(text)) : block(text);

/** A scalar with a comment behind it on the same line. */
export const commented = (value: string, comment: string): Scalar => {
  const scalar = new Scalar(value);
  scalar.comment = ` ${comment}`;
  return scalar;
};

/** Puts a comment above entry `key` of a mapping, and a blank line above that. */
export const above = (map: YAMLMap, key: string, comment: string | undefined, blank = true): void => {
  const scalar = map.items.find(pair => (pair.key as Scalar).value === key)?.key as Scalar | undefined;
  if (!scalar) return;
  scalar.spaceBefore = blank;
  if (comment !== undefined) scalar.commentBefore = lines(comment);
};

/** The same for an item of a sequence. */
export const aboveItem = (item: unknown, comment: string | undefined, blank: boolean): void => {
  if (!isMap(item) && !isSeq(item)) return;
  item.spaceBefore = blank;
  if (comment !== undefined) item.commentBefore = lines(comment);
};

const lines = (comment: string): string =>
  comment
    .split("\n")
    .map(line => ` ${line}`)
    .join("\n");
