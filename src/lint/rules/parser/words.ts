import { closest } from "../../../diagnostics/closest.ts";
import type { ParserMessage } from "../../workflow-file.ts";

/** "`a`, `b` or `c`". */
export const oneOf = (names: readonly string[]): string => listed(names.map(quoted), "or");

/** "`a`, `b` and `c`". */
export const allOf = (names: readonly string[]): string => listed(names.map(quoted), "and");

export const listed = (words: readonly string[], last: "or" | "and"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;

/** ": did you mean `x`?", where one of the candidates is near. */
export const didYouMean = (word: string, candidates: readonly string[]): string => {
  const near = word.length > 2 ? closest(word, candidates) : undefined;
  return near === undefined || near === word ? "" : `: did you mean ${quoted(near)}?`;
};

/** A word out of the file, which may be long or of several lines. */
export const quoted = (word: string): string => {
  const line = word.replace(/\s+/g, " ").trim();
  return `\`${line.length > 80 ? `${line.slice(0, 79)}…` : line}\``;
};

/** The key whose value a message is about, quoted; that of the list, where it is an item of one. */
export const itsKey = ({ location }: ParserMessage): string => quoted(location?.keys.at(-1) ?? "the file");
