import type { ConfigPath } from "../config/issues.ts";
import { printable } from "../diagnostics/printable.ts";
import { isBelow } from "./record.ts";

/** What is said above a field of the config. */
export interface Comment {
  readonly path: ConfigPath;
  readonly text: string;
}

/** Columns of a written config. */
export const WIDTH = 100;

export const commentAt = (comments: readonly Comment[], path: ConfigPath): string | undefined =>
  comments.find(comment => comment.path.length === path.length && isBelow(comment.path, path))?.text;

/** Whether something within a value is commented on, so that it cannot stand on one line. */
export const isCommentedWithin = (comments: readonly Comment[], path: ConfigPath): boolean =>
  comments.some(comment => comment.path.length > path.length && isBelow(comment.path, path));

/** A text in lines of at most so many characters, broken at blanks. Each line of the text begins a new one. */
export const wrapped = (text: string, width: number): readonly string[] =>
  text.split("\n").flatMap(line => {
    const lines: string[] = [];
    let current = "";
    for (const word of printable(line).split(" ")) {
      if (current !== "" && current.length + 1 + word.length > width) {
        lines.push(current);
        current = word;
      } else current = current === "" ? word : `${current} ${word}`;
    }
    return [...lines, current];
  });
