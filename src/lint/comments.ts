import { CST, Lexer } from "yaml";
import type { SourceText } from "./place.ts";

/** A comment of a workflow file: of its YAML, or of a script in it. */
export interface Comment {
  /** From its `#` on. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** Whether the line holds nothing else. */
  readonly alone: boolean;
}

/** A text of several lines, from the line on which its value begins: a comment can stand above it, and not everywhere in it. */
export interface Block {
  readonly line: number;
  readonly endLine: number;
  /** Whether it is the body of a `run: |`. */
  readonly script: boolean;
}

export interface Layout {
  readonly comments: readonly Comment[];
  readonly blocks: readonly Block[];
}

/** Where the comments of a YAML text and its texts of several lines stand, also when it is no valid YAML. */
export const layoutOf = (source: SourceText): Layout => {
  const comments: Comment[] = [];
  const blocks: Block[] = [];
  let offset = 0;
  let isContent = false;
  // The scalar read last; once `:` follows, the key whose value may come.
  let scalar = "";
  let key = "";
  let header: number | undefined;
  for (const token of new Lexer().lex(source.text)) {
    const type = isContent ? "scalar" : CST.tokenType(token);
    if (!isContent && type === "scalar") {
      // A mark, which announces the text of a plain scalar or of a block.
      isContent = true;
      continue;
    }
    isContent = false;
    if (type === "doc-mode" || type === "flow-error-end") continue;
    const start = offset;
    offset += token.length;
    if (type === "comment") {
      const { line, column } = source.place(start, start);
      comments.push({
        text: token,
        line,
        column,
        alone:
          source
            .line(line)
            .slice(0, column - 1)
            .trim() === "",
      });
    } else if (type === "map-value-ind") key = scalar;
    else if (type === "block-scalar-header") header = start;
    else if (type === "scalar" || type === "single-quoted-scalar" || type === "double-quoted-scalar") {
      const { line, endLine } = source.place(header ?? start, start + token.trimEnd().length);
      if (endLine > line) blocks.push({ line, endLine, script: header !== undefined && key === "run" });
      scalar = token.replace(/^(["'])(.*)\1$/s, "$2");
      key = "";
      header = undefined;
    }
  }
  return { comments, blocks };
};
