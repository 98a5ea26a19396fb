import type { Position } from "./load.ts";
import type { Token } from "./transform.ts";
import { parseTokens } from "./transform.ts";

/**
 * Where the values of a config in TypeScript or JavaScript stand, as far as the code writes them out: literal objects and lists below
 * `defineConfig({`, `export default {` or `module.exports = {`. What is computed, or comes from a variable or a spread, has the place
 * of what is written out around it.
 */
export const scriptPlaces = (
  source: string,
  typescript: boolean,
): ((path: readonly (string | number)[]) => Position | undefined) => {
  let tokens: readonly Token[];
  try {
    tokens = parseTokens(source, typescript);
  } catch {
    return () => undefined;
  }
  const start = rootOf(tokens);
  return path => {
    if (start === undefined) return undefined;
    let at = start;
    for (const key of path) {
      const next = placeOfValue(tokens, at, key);
      if (next === undefined) break;
      at = next;
    }
    const before = source.slice(0, tokens[at]?.start ?? 0).split(/\r\n|[\n\r\u2028\u2029]/);
    return { line: before.length, column: (before.at(-1) as string).length + 1 };
  };
};

/** The token that opens the config. */
const rootOf = (tokens: readonly Token[]): number | undefined => {
  for (const [index, { text }] of tokens.entries()) {
    const [second, third] = [tokens[index + 1]?.text, tokens[index + 2]?.text];
    if (text === "defineConfig" && second === "(" && third === "{") return index + 2;
    if (text === "export" && second === "default" && third === "{") return index + 2;
    if (text === "exports" && second === "=" && third === "{") return index + 2;
  }
  return undefined;
};

/** The first token of the value at a key, or of the item at an index, of the object or list that a token opens. */
const placeOfValue = (tokens: readonly Token[], open: number, key: string | number): number | undefined => {
  const isList = tokens[open]?.text === "[";
  if (!isList && tokens[open]?.text !== "{") return undefined;
  let [depth, item, isStart] = [0, 0, true];
  for (let at = open + 1; at < tokens.length; at++) {
    const { text, isType } = tokens[at] as Token;
    if (isType) continue;
    if (depth === 0) {
      if (/^[\]}]$/.test(text)) return undefined;
      if (text === "," || text === "...") {
        // What a spread brings has no place, and the items after it another number.
        if (text === "..." && isList) return undefined;
        if (text === ",") item += 1;
        isStart = text === ",";
        continue;
      }
      if (isStart) {
        if (isList && item === Number(key)) return at;
        if (!isList && nameOf(text) === String(key)) return tokens[at + 1]?.text === ":" ? at + 2 : at;
      }
      isStart = false;
    }
    if (/^(?:\(|\[|\{|\$\{)$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth--;
  }
  return undefined;
};

const nameOf = (text: string): string => (/^["'].*["']$/s.test(text) ? text.slice(1, -1) : text);
