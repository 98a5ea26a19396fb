import type { Node } from "./node.ts";

/** Every value that is no collection, in the order of the file. */
export const scalarsOf = (node: Node): readonly Node[] =>
  node.isScalar
    ? [node]
    : [...node.entries.map(({ value }) => value), ...(node.isSequence ? node.items : [])].flatMap(scalarsOf);
