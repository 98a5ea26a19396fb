import type { Place, SourceText } from "./place.ts";

/** The expressions in a text, with their markers; one that is not closed ends the search. */
export const markersIn = (text: string): readonly { readonly start: number; readonly end: number }[] => {
  const found: { start: number; end: number }[] = [];
  for (let start = text.indexOf(OPEN); start >= 0; ) {
    const end = closing(text, start);
    if (end === undefined) break;
    found.push({ start, end });
    start = text.indexOf(OPEN, end);
  }
  return found;
};

/** What stands between the markers of each. */
export const expressionsIn = (text: string): readonly string[] =>
  markersIn(text).map(({ start, end }) => text.slice(start + OPEN.length, end - 2));

/**
 * Where an expression stands whose place GitHub's parser gives. In a text of several lines that is no block it counts the lines
 * from the second one and the columns of the first one from its beginning, and it takes no notice of where an expression ends.
 */
export const expressionPlace = (source: SourceText, given: Place): Place => {
  const start = startOf(source, given);
  const end = start === undefined ? undefined : closing(source.text, start);
  return start === undefined || end === undefined ? given : source.place(start, end);
};

const OPEN = "${{";

const startOf = (source: SourceText, { line, column }: Place): number | undefined => {
  const isOpen = (offset: number) => source.text.startsWith(OPEN, offset);
  const here = source.offset(line, column);
  if (isOpen(here)) return here;
  const above = source.offset(line - 1, column);
  if (line > 1 && isOpen(above)) return above;
  for (const near of line > 1 ? [line - 1, line] : [line]) {
    const within = source.line(near).indexOf(OPEN, column - 1);
    if (within >= 0) return source.offset(near, within + 1);
  }
  return undefined;
};

/** The offset after the `}}` that ends the expression; quotes may hold others. */
const closing = (text: string, start: number): number | undefined => {
  let quoted = false;
  for (let at = start + OPEN.length; at < text.length; at += 1) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text[at] === "}" && text[at + 1] === "}") return at + 2;
  }
  return undefined;
};
