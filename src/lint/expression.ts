import { Lexer, Parser } from "@actions/expressions";
import type { Expr } from "@actions/expressions/ast";
import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Star,
  Unary,
} from "@actions/expressions/ast";
import type { FunctionInfo } from "@actions/expressions/funcs/info";
import type { Place } from "./place.ts";

/** One `${{ }}`, or a condition that may go without the markers. */
export interface Expression {
  /** What stands between the markers. */
  readonly source: string;
  /** With its markers. */
  readonly place: Place;
  /** Absent where it is no expression, which GitHub's parser reports. */
  readonly tree: Expr | undefined;
  /** Every property that is read. */
  readonly reads: readonly Access[];
}

/** A property of a context. */
export interface Access {
  /** In lower case, as GitHub compares: `["github", "event", "*", "id"]`; `undefined` where a name is computed. The first is the context. */
  readonly path: readonly (string | undefined)[];
  /** The same as it is written, for messages: `github.event.*.id`. */
  readonly text: string;
  /** The functions it is handed to, in lower case, the innermost first. */
  readonly within: readonly string[];
}

/** Every context there is. https://docs.github.com/actions/reference/workflows-and-actions/contexts */
export const contexts: string[] = [
  ...["github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs"],
];

/** The functions that are not offered everywhere; where is not asked here. */
const functions: FunctionInfo[] = [
  { name: "hashFiles", minArgs: 1, maxArgs: 255 },
  ...["success", "failure"].map(name => ({ name, minArgs: 0, maxArgs: 255 })),
  ...["always", "cancelled"].map(name => ({ name, minArgs: 0, maxArgs: 0 })),
];

/** Every function there is, as GitHub writes it. https://docs.github.com/actions/reference/workflows-and-actions/expressions#functions */
export const functionNames: readonly string[] = [
  ...["case", "contains", "endsWith", "format", "fromJSON", "join", "startsWith", "toJSON"],
  ...functions.map(({ name }) => name),
];

/** Reads an expression, whether or not its contexts are offered where it stands. */
export const readExpression = (source: string, place: Place): Expression => {
  const tree = parseExpression(source);
  return { source, place, tree, reads: tree ? accesses(tree, []) : [] };
};

export const parseExpression = (source: string): Expr | undefined => {
  try {
    const tree = new Parser(new Lexer(source).lex().tokens, contexts, functions).parse() as Expr | undefined;
    return tree && isShallow(tree) ? tree : undefined;
  } catch {
    return undefined;
  }
};

/** Thousands of comparisons in a row, which no person writes, are a tree as deep, which what walks through it could not bear. */
const isShallow = (tree: Expr): boolean => {
  let level: readonly Expr[] = [tree];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    if (level.length === 0) return true;
    level = level.flatMap(children);
  }
  return false;
};

const DEEPEST = 200;

/** The parts of an expression, in the order they are written. */
export const children = (node: Expr): readonly Expr[] => {
  if (node instanceof Logical) return node.args;
  if (node instanceof Binary) return [node.left, node.right];
  if (node instanceof Unary) return [node.expr];
  if (node instanceof Grouping) return [node.group];
  if (node instanceof FunctionCall) return node.args;
  return node instanceof IndexAccess ? [node.expr, node.index] : [];
};

/** Every function that is called, in lower case. */
export const calls = (node: Expr | undefined): readonly string[] => {
  if (node === undefined) return [];
  const own = node instanceof FunctionCall ? [node.functionName.lexeme.toLowerCase()] : [];
  return [...own, ...children(node).flatMap(calls)];
};

/** The node itself, out of its parentheses. */
export const bare = (node: Expr): Expr => (node instanceof Grouping ? bare(node.group) : node);

/** The text of a string literal. */
export const literalText = (node: Expr): string | undefined =>
  node instanceof Literal && typeof node.token.value === "string" ? node.token.value : undefined;

/** What a literal stands for; `undefined` for anything else. */
export const literalValue = (node: Expr): string | number | boolean | null | undefined => {
  if (!(node instanceof Literal)) return undefined;
  return "value" in node.literal ? node.literal.value : null;
};

/** The property a node reads, if it is one. */
export const accessOf = (node: Expr, within: readonly string[] = []): Access | undefined => {
  const names = namesOf(node);
  return (
    names && {
      path: names.map(name => name?.toLowerCase()),
      text: names.map(name => name ?? "[…]").join("."),
      within,
    }
  );
};

const namesOf = (node: Expr): readonly (string | undefined)[] | undefined => {
  if (node instanceof Grouping) return namesOf(node.group);
  if (node instanceof ContextAccess) return [node.name.lexeme];
  if (!(node instanceof IndexAccess)) return undefined;
  const of = namesOf(node.expr);
  return of && [...of, node.index instanceof Star ? "*" : indexName(node.index)];
};

const indexName = (index: Expr): string | undefined =>
  index instanceof Literal ? index.literal.coerceString() : undefined;

const accesses = (node: Expr, within: readonly string[]): readonly Access[] => {
  const access = accessOf(node, within);
  if (access) return [access, ...computedParts(node, within)];
  const inside = node instanceof FunctionCall ? [node.functionName.lexeme.toLowerCase(), ...within] : within;
  return children(node).flatMap(child => accesses(child, inside));
};

/** Functions whose result is a yes, a no or a hash, whatever they are handed. */
const ANSWERS: ReadonlySet<string> = new Set([
  ...["contains", "startswith", "endswith", "success", "failure", "always", "cancelled", "hashfiles"],
]);

/** The properties whose values can become a part of what an expression gives: not those it only compares or asks about. */
export const flows = (node: Expr | undefined): readonly Access[] => {
  if (node === undefined || node instanceof Binary || node instanceof Unary) return [];
  const access = accessOf(node);
  if (access) return [access];
  if (node instanceof Grouping) return flows(node.group);
  if (node instanceof IndexAccess) return flows(node.expr);
  if (node instanceof Logical)
    // What stands before `&&` is given only where it is empty.
    return (node.operator.lexeme === "&&" ? node.args.slice(-1) : node.args).flatMap(flows);
  if (!(node instanceof FunctionCall)) return [];
  const name = node.functionName.lexeme.toLowerCase();
  if (ANSWERS.has(name)) return [];
  const isGiven = (index: number) => name !== "case" || index % 2 === 1 || index === node.args.length - 1;
  return node.args.filter((_, index) => isGiven(index)).flatMap(flows);
};

/** What the computed names of a property read in turn. */
const computedParts = (node: Expr, within: readonly string[]): readonly Access[] => {
  if (node instanceof Grouping) return computedParts(node.group, within);
  if (!(node instanceof IndexAccess)) return [];
  return [...computedParts(node.expr, within), ...accesses(node.index, within)];
};
