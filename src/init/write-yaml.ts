import { Document, isCollection, isMap, isNode, isPair, isScalar, isSeq, type Scalar, visit } from "yaml";
import type { ConfigPath } from "../config/issues.ts";
import type { ConfigInput } from "../config/schema.ts";
import type { Comment } from "./comments.ts";
import { commentAt, WIDTH, wrapped } from "./comments.ts";
import { inOrder } from "./key-order.ts";

/** By which an editor finds the schema that `creditrisk-ci schema` prints. */
const MODELINE = "# yaml-language-server: $schema=pipeline.schema.json";

/** The text of a `pipeline.config.yaml` that holds this config. */
export const writeYaml = (config: ConfigInput, comments: readonly Comment[]): string => {
  const document = new Document(inOrder(config), { aliasDuplicateObjects: false });
  describe(document.contents, [], comments);
  visit(document, { Scalar: (_, scalar) => quoteMerge(scalar) });
  const opening = commentAt(comments, []);
  const text = document.toString({ lineWidth: WIDTH, flowCollectionPadding: true });
  return `${opening === undefined ? "" : `${commentLines(opening, 0)}\n\n`}${text}\n${MODELINE}\n`;
};

const commentLines = (text: string, indent: number): string =>
  wrapped(text, WIDTH - indent - 2)
    .map(line => `# ${line}`)
    .join("\n");

/** Configs are read with merge keys, as which `<<` would be taken. */
const quoteMerge = (scalar: Scalar): void => {
  if (scalar.value === "<<") scalar.type = "QUOTE_DOUBLE";
};

/** Puts the comments above their fields, and small values on one line. */
const describe = (node: unknown, path: ConfigPath, comments: readonly Comment[]): void => {
  if (isMap(node)) {
    // `{ secret: NAME }` reads as the one value it is.
    node.flow =
      node.items.length > 0 && node.items.every(({ key }) => ["secret", "optional", "variable"].includes(String(key)));
    for (const [index, pair] of node.items.entries()) {
      const inner = [...path, isScalar(pair.key) ? String(pair.key.value) : ""];
      if (isNode(pair.key)) mark(pair.key, index, inner, comments);
      describe(pair.value, inner, comments);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const inner = [...path, index];
      const first = isCollection(item) && isPair(item.items[0]) ? item.items[0].key : item;
      if (isNode(first)) mark(first, index, inner, comments);
      describe(item, inner, comments);
    }
  }
};

const mark = (
  node: { commentBefore?: string | null; spaceBefore?: boolean },
  index: number,
  path: ConfigPath,
  comments: readonly Comment[],
): void => {
  const comment = commentAt(comments, path);
  if (comment === undefined) return;
  node.spaceBefore = index > 0;
  node.commentBefore = commentLines(comment, 2 * path.length).replaceAll(/^#/gm, "");
};
