import {
  Composer,
  isAlias,
  isCollection,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
} from "yaml";
import { type Diagnostic, failure, type Result, success } from "../diagnostics/diagnostic.ts";
import { type LoadedConfig, type Locate, requireObject } from "./load.ts";

/** Uses of anchors, nested ones multiplied: a config repeats a few blocks, an attack expands to billions. */
const MAX_ALIASES = 1000;

/** Levels of nesting: the composer recurses, and close to the end of the stack V8 ends the process instead of throwing. */
const MAX_DEPTH = 200;

/** A config in YAML 1.2, one document. Merge keys (`<<: *base`) work. */
export const loadYaml = (text: string, path: string, file: string): Result<LoadedConfig> => {
  const lines = new LineCounter();
  const problem = (message: string, hint: string, offset?: number): Diagnostic => {
    const place = offset === undefined ? undefined : lines.linePos(offset);
    const at = place === undefined ? {} : { line: Math.max(place.line, 1), column: Math.max(place.col, 1) };
    return { code: "config/syntax", severity: "error", file, ...at, message, hint };
  };

  try {
    const parser = new Parser(lines.addNewLine);
    lines.addNewLine(0);
    const tokens = [];
    for (const lexeme of new Lexer().lex(text)) {
      tokens.push(...parser.next(lexeme));
      if (parser.stack.length > MAX_DEPTH)
        return failure(problem("the YAML is nested too deeply", "a config is a few levels deep", parser.offset));
    }
    tokens.push(...parser.end());
    const composer = new Composer({ prettyErrors: false, logLevel: "silent", merge: true });
    const [document, second] = composer.compose(tokens);
    if (document === undefined) return requireObject(undefined, file, "holds") as Result<never>;
    if (second !== undefined) {
      const offset = second.range[0];
      return failure(
        problem("the config holds more than one YAML document", "remove the line `---`, or the rest", offset),
      );
    }
    const problems = [...document.errors, ...document.warnings].map(({ message, pos }) =>
      problem(message.split("\n", 1)[0] as string, "mend the YAML at this place", pos[0]),
    );
    const anchors = new Set<string>();
    visit(document, (_, node) => {
      if (isAlias(node)) {
        if (!anchors.has(node.source))
          problems.push(
            problem(`nothing before is named \`&${node.source}\``, "name a value with `&`", node.range?.[0]),
          );
      } else if (isNode(node) && node.anchor !== undefined) anchors.add(node.anchor);
    });
    if (problems.length > 0) return failure(...problems);

    const value = requireObject(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? undefined, file, "holds");
    if (!value.ok) return value;
    if (holdsItself(value.value))
      return failure(problem("an alias stands inside of what it repeats", "write the value out"));
    const position: Locate = keys => {
      const offset = offsetOf(document.contents, keys);
      if (offset === undefined) return undefined;
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    };
    return success({ value: value.value, sources: [path], locate: async () => position });
  } catch (error) {
    // Aliases and merge keys are followed last, and refused without a place.
    const message = error instanceof Error ? (error.message.split("\n", 1)[0] as string) : String(error);
    return failure(problem(message, "write the values out instead of repeating them by `*alias` or `<<`"));
  }
};

const holdsItself = (value: unknown, around: ReadonlySet<unknown> = new Set(), seen = new Set<unknown>()): boolean => {
  if (typeof value !== "object" || value === null) return false;
  if (around.has(value)) return true;
  if (seen.has(value)) return false;
  seen.add(value);
  const within = new Set(around).add(value);
  return Object.values(value).some(child => holdsItself(child, within, seen));
};

/** Where the value at these keys begins, else its nearest parent. */
const offsetOf = (root: unknown, keys: readonly (string | number)[]): number | undefined => {
  let place: Node | undefined = isNode(root) ? root : undefined;
  for (const key of keys) {
    if (!isCollection(place)) break;
    const item: unknown = isPair(place.items[0])
      ? place.items.find(pair => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(key))
      : place.items[Number(key)];
    const next = isPair(item) ? (item.value ?? item.key) : item;
    if (!isNode(next)) break;
    place = next;
  }
  return place?.range?.[0];
};
