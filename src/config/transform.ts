import { transform as sucrase } from "sucrase";
import { parse } from "sucrase/dist/parser/index.js";
import { TokenType } from "sucrase/dist/parser/tokenizer/types.js";
import type { Format, StaticImport, Transformed } from "./module-graph.ts";

/** Source that cannot be turned into code, with the place: line and column count from one. */
export class SyntaxProblem extends Error {
  readonly line: number;
  readonly column: number;
  readonly hint: string;

  constructor(source: string, offset: number, message: string, hint = "mend the syntax at this place") {
    super(message);
    const before = source.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
    this.line = before.length;
    this.column = (before.at(-1) as string).length + 1;
    this.hint = hint;
  }
}

/**
 * TypeScript or JavaScript to the body of a function that the module graph calls. Line numbers stay.
 * Every `import` is given a number: the graph evaluates the module behind it first, as an ES module expects. `import(…)` and
 * `import.meta` become parameters, because code in `node:vm` has neither without an experimental flag.
 */
export const transform = (source: string, format: Format): Transformed => {
  const typescript = format === "ts" || format === "cts";
  const tokens = parseTokens(source, typescript);
  const problem = (index: number, message: string, hint: string): SyntaxProblem =>
    new SyntaxProblem(source, tokens[index]?.start ?? 0, message, hint);

  let marker = "@@";
  while (source.includes(marker)) marker += "@";
  const imports: StaticImport[] = [];
  const replacements: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  let moduleSyntax = false;
  let reserved: number | undefined;

  for (const [index, { type, text, start, isType, declares }] of tokens.entries()) {
    const next = tokens[index + 1]?.text;
    if (type === TokenType.at)
      throw problem(index, "decorators are not supported in a config", "call the function instead");
    const isNamespace = (text === "namespace" || text === "module") && type === TokenType.name;
    if (isNamespace && isType && tokens[index - 1]?.text !== "declare" && next !== undefined && NAME.test(next))
      if (tokens[index - 1]?.text !== "as")
        throw problem(index, "namespaces are not supported in a config", "use an object, or a file that is imported");
    if (declares && RESERVED.has(text)) reserved ??= index;
    if (isType && !(type === TokenType._import || type === TokenType._export)) continue;

    if (type === TokenType._import && next === "(") {
      if (!isType) replacements.push({ start, end: start + text.length, text: "$import" });
      continue;
    }
    const previous = tokens[index - 1]?.text;
    if (text === "import" && next === "." && previous !== "." && previous !== "?.") {
      moduleSyntax = true;
      replacements.push({ start, end: tokens[index + 2]?.end ?? start, text: "$meta" });
      continue;
    }
    if (type !== TokenType._import && type !== TokenType._export) continue;
    if (isAssignment(tokens, index)) {
      // sucrase stumbles over `import type x = require("y")`, which is nothing at run time.
      const last = tokens[index + 7];
      if (tokens[index + 3]?.text === "=" && tokens[index + 4]?.text === "require" && last !== undefined)
        replacements.push({ start, end: last.end, text: source.slice(start, last.end).replaceAll(/[^\n]/g, " ") });
      continue;
    }
    moduleSyntax = true;
    // sucrase would declare the first and take the others for expressions.
    const second = secondVariable(tokens, index);
    if (second !== undefined)
      throw problem(
        second,
        "several variables in one `export` are not supported in a config",
        "export each on its own",
      );
    // sucrase makes an expression of a nameless default without ending it, so that a next line `[…]` or `(…)` would belong to it.
    const nameless = endOfNameless(tokens, index);
    if (nameless !== undefined) replacements.push({ start: nameless, end: nameless, text: " $default" });
    const specifier = specifierOf(tokens, index);
    if (specifier === undefined) continue;
    const name = unquote(specifier.text);
    let number = imports.findIndex(known => known.specifier === name);
    if (number < 0) {
      const { line, column } = new SyntaxProblem(source, specifier.start, "");
      number = imports.push({ specifier: name, line, column, number: imports.length }) - 1;
    }
    replacements.push({ start: specifier.start, end: specifier.end, text: `"${marker}${number}${marker}"` });
  }

  let code = source;
  for (const { start, end, text } of replacements.sort((a, b) => b.start - a.start))
    code = code.slice(0, start) + text + code.slice(end);

  const script = format === "cjs" || format === "cts" || (format === "js" && !moduleSyntax);
  if (script && !typescript && moduleSyntax)
    throw new SyntaxProblem(
      source,
      0,
      "`import` and `export` are not available in a CommonJS file",
      "name it .mjs or .ts",
    );
  if (reserved !== undefined && !(script && tokens[reserved]?.text === "exports"))
    throw problem(
      reserved,
      `\`${tokens[reserved]?.text}\` cannot be a name of your own in a config`,
      "rename the variable",
    );
  if (typescript || !script) {
    try {
      code = sucrase(code, {
        transforms: typescript ? ["typescript", "imports"] : ["imports"],
        disableESTransforms: true,
        preserveDynamicImport: true,
      }).code;
    } catch (error) {
      throw new SyntaxProblem(
        source,
        0,
        (error as Error).message,
        "write it in a simpler way: this syntax is not supported",
      );
    }
  }

  const used = new Set<number>();
  code = code.replaceAll(new RegExp(`require\\('${marker}(\\d+)${marker}'\\)`, "g"), (_, number: string) => {
    used.add(Number(number));
    return `$static(${number})`;
  });
  // `defineConfg({})` would fail with "Cannot read properties of undefined (reading 'call')".
  if (!source.includes(".call(void 0, "))
    code = code.replaceAll(/(?<![\w$.])(_[\w$]+)\.([\w$]+)\.call\(void 0, /g, '$$call($1, "$2", ');
  if (code.includes(marker))
    throw new SyntaxProblem(source, 0, "an import of this form is not supported", "use `import { name } from`");
  return {
    code: code.replace(/^#!/, "//"),
    script,
    async: !script && /\bawait\b/.test(source),
    // Imports of types only are gone by now.
    imports: imports.filter(({ number }) => used.has(number)),
  };
};

/** A word of the source. */
export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isType: boolean;
  readonly declares: boolean;
}

const NAME = /^[\p{ID_Start}$_"']/u;

/** Names the transformed code relies on: a variable of the same name would change what it means. */
const RESERVED = new Set(["exports", "$static", "$import", "$call", "$meta", "$done", "$default"]);

/** Roles of sucrase's tokens that make a name: see `isDeclaration` in its tokenizer. */
const DECLARATIONS = new Set([2, 3, 4, 5, 6, 7, 9]);

/** The words of a source; throws a {@link SyntaxProblem} where it has none. */
export const parseTokens = (source: string, typescript: boolean): readonly Token[] => {
  try {
    return parse(source, false, typescript, false).tokens.map(({ type, start, end, isType, identifierRole }) => ({
      type,
      text: source.slice(start, end),
      start,
      end,
      isType,
      declares: identifierRole !== null && DECLARATIONS.has(identifierRole),
    }));
  } catch (error) {
    if (error instanceof RangeError)
      throw new SyntaxProblem(source, 0, "the code is nested too deeply", "write it flatter");
    const { message, pos } = error as Error & { readonly pos?: number };
    const text = message.replace(/ \(\d+:\d+\)$/, "");
    throw new SyntaxProblem(source, pos ?? 0, `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`);
  }
};

/** `import x = …` and `export = …` are statements of CommonJS. */
const isAssignment = (tokens: readonly Token[], index: number): boolean => {
  const texts = tokens.slice(index, index + 4).map(({ text }) => text);
  if (texts[0] === "export") return texts[1] === "=";
  return texts[2] === "=" || (texts[1] === "type" && texts[3] === "=");
};

/** The comma of `export const a = 1, b = 2`. */
const secondVariable = (tokens: readonly Token[], index: number): number | undefined => {
  if (!/^(?:const|let|var)$/.test(tokens[index + 1]?.text ?? "") || tokens[index + 2]?.text === "enum")
    return undefined;
  for (let at = index + 2, depth = 0; at < tokens.length && depth >= 0; at++) {
    const { text, isType } = tokens[at] as Token;
    if (isType) continue;
    if (/^(?:\(|\[|\{|\$\{)$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth--;
    else if (depth === 0 && text === ",") return at;
    else if (depth === 0 && /^(?:;|const|let|var|export|if|for|while|try|throw|switch)$/.test(text)) return undefined;
  }
  return undefined;
};

/** Where the name of `export default function () {}` or `export default class {}` would stand, had it one. */
const endOfNameless = (tokens: readonly Token[], index: number): number | undefined => {
  if (tokens[index + 1]?.text !== "default") return undefined;
  let at = index + 2;
  while (tokens[at]?.text === "async" || tokens[at]?.text === "abstract") at++;
  const word = tokens[at]?.text;
  if (word !== "function" && word !== "class") return undefined;
  if (tokens[at + 1]?.text === "*") at++;
  const unnamed = word === "function" ? ["(", "<"] : ["{", "extends", "implements", "<"];
  return unnamed.includes(tokens[at + 1]?.text ?? "") ? tokens[at]?.end : undefined;
};

/** The text in quotes of `import … from "x"`, `import "x"` and `export … from "x"`. */
const specifierOf = (tokens: readonly Token[], index: number): Token | undefined => {
  let at = index + 1;
  if (tokens[index]?.type === TokenType._export) {
    if (tokens[at]?.text === "type") at++;
    if (tokens[at]?.text !== "*" && tokens[at]?.text !== "{") return undefined;
  }
  // Names in braces may be quoted too.
  for (let braces = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.text === "{") braces++;
    else if (token.text === "}") {
      braces--;
      if (tokens[at + 1]?.text !== "from") return undefined;
    } else if (braces === 0 && token.type === TokenType.string && tokens[at - 1]?.text !== "as") return token;
    else if (token.text === ";" || token.type === TokenType.eof) return undefined;
  }
  return undefined;
};

const unquote = (literal: string): string => {
  const text = literal.slice(1, -1);
  return text.includes("\\") ? (JSON.parse(`"${text.replaceAll('"', '\\"').replaceAll("\\'", "'")}"`) as string) : text;
};
