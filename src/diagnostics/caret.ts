import stringWidth from "string-width";
import type { Diagnostic } from "./diagnostic.ts";
import { printable } from "./printable.ts";

/** UTF-16 units shown on either side of the column: the two sides fit a wide terminal. */
const BEFORE = 60;
const AFTER = 80;

/** The line a diagnostic is about, under its number, and what underlines the place; no mark where the column is not known. */
export interface MarkedLine {
  readonly number: string;
  readonly text: string;
  readonly mark: string | undefined;
}

export const markedLine = ({ line, column, endLine, endColumn, excerpt }: Diagnostic): MarkedLine | undefined => {
  if (line === undefined || excerpt === undefined || excerpt.trim() === "") return undefined;
  const number = String(line);
  const known = column !== undefined && column - 1 <= excerpt.length;
  const at = known ? column - 1 : 0;
  const start = at > BEFORE + AFTER / 2 ? boundary(excerpt, at - BEFORE) : 0;
  const end = excerpt.length > at + AFTER * 1.5 ? boundary(excerpt, at + AFTER) : excerpt.length;
  const [head, tail] = [start > 0 ? "…" : "", end < excerpt.length ? "…" : ""];
  const text = printable(`${head}${excerpt.slice(start, end)}${tail}`).trimEnd();
  if (!known) return { number, text, mark: undefined };
  const within = endLine === undefined || endLine === line;
  const until = within ? Math.max(endColumn ?? at + 2, at + 2) - 1 : excerpt.trimEnd().length;
  const padding = blanks(printable(`${head}${excerpt.slice(start, at)}`), " ");
  return { number, text, mark: `${padding}${blanks(printable(excerpt.slice(at, Math.min(until, end))), "^") || "^"}` };
};

/** As wide as the text, with its tabs, which a terminal widens by what stands before them. */
const blanks = (text: string, blank: string): string =>
  text
    .split("\t")
    .map(part => blank.repeat(stringWidth(part)))
    .join("\t");

/** Not between the two units of one character. */
const boundary = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text[at] ?? "") ? at - 1 : at);
