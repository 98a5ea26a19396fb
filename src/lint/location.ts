import type { Node } from "./node.ts";
import type { Place } from "./place.ts";

/** What stands at a place of a workflow. */
export interface Location {
  /** The innermost value that the place is in; that of its own key, where it is one. */
  readonly node: Node;
  /** The keys that lead to it from the top: `["jobs", "test", "steps", "run"]`. */
  readonly keys: readonly string[];
  /** The values it is part of, the innermost first, without itself. */
  readonly around: readonly Node[];
}

/** Finds what stands at a place. Made for many questions: one walk through the workflow answers all. */
export const locator = (root: Node): ((place: Place) => Location) => {
  const parts = partsOf(root);
  return ({ line, column, endLine, endColumn }) => {
    const start = root.source.offset(line, column);
    const end = root.source.offset(endLine, endColumn);
    let part = lastBefore(parts, start);
    while (part.parent && part.end < end) part = part.parent;
    const keys: string[] = [];
    const around: Node[] = [];
    for (let at: Part | undefined = part; at; at = at.parent) {
      if (at.key !== undefined) keys.unshift(at.key);
      if (at !== part) around.push(at.node);
    }
    return { node: part.node, keys, around };
  };
};

/** A value with its key, from where the key begins. */
interface Part {
  readonly node: Node;
  readonly key: string | undefined;
  readonly parent: Part | undefined;
  readonly start: number;
  readonly end: number;
}

/** In the order in which they begin. What an alias stands for is where its anchor is, and is left out. */
const partsOf = (root: Node): readonly Part[] => {
  const { source } = root;
  const parts: Part[] = [];
  const add = (node: Node, parent: Part | undefined, key?: string, keyPlace?: Place): void => {
    const { line, column, endLine, endColumn } = node.place;
    const [start, end] = [source.offset(line, column), source.offset(endLine, endColumn)];
    const from = keyPlace ? source.offset(keyPlace.line, keyPlace.column) : start;
    const before = parts.at(-1)?.start ?? 0;
    if (from < before || (parent && end > parent.end)) return;
    const part = { node, key, parent, start: from, end: parent ? end : source.text.length };
    parts.push(part);
    for (const entry of node.entries) add(entry.value, part, entry.key, entry.keyPlace);
    if (node.isSequence) for (const item of node.items) add(item, part);
  };
  add(root, undefined);
  return parts;
};

const lastBefore = (parts: readonly Part[], offset: number): Part => {
  let [low, high] = [0, parts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((parts[middle] as Part).start <= offset) low = middle;
    else high = middle;
  }
  return parts[low] as Part;
};
