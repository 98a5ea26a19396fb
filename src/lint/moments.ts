import type { Expr } from "@actions/expressions/ast";
import { Binary, FunctionCall, Grouping, Literal, Logical, Unary } from "@actions/expressions/ast";
import type { Access } from "./expression.ts";
import { accessOf, calls } from "./expression.ts";
import type { Node } from "./node.ts";

/** How a job, or the jobs before it, fare when a condition is looked at. */
export type Status = "success" | "failure" | "cancelled";

type Value = string | number | boolean | null;

/** A moment of a run, as far as it is known. */
export interface Moment {
  readonly status: Status;
  /** A property's value; `undefined` where it may be anything. */
  readonly read?: (path: Access["path"]) => Value | undefined;
}

const STATUS_FUNCTIONS: ReadonlySet<string> = new Set(["success", "failure", "always", "cancelled"]);

/** The status functions a condition calls, in lower case; where there is none, GitHub puts `success() &&` before it. */
export const statusFunctions = (condition: Node | undefined): readonly string[] =>
  (condition?.expressions ?? []).flatMap(({ tree }) => calls(tree)).filter(name => STATUS_FUNCTIONS.has(name));

/**
 * Whether a step or job with this condition would run at that moment; `undefined` where more decides than is known.
 * https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions
 */
export const wouldRun = (condition: Node | undefined, moment: Moment): boolean | undefined => {
  const succeeds = moment.status === "success";
  if (condition === undefined) return succeeds;
  if (condition.literal === "false") return false;
  if (condition.literal === "true") return succeeds;
  // Also where it is no expression that can be read.
  if (!succeeds && !/\b(?:success|failure|always|cancelled)\s*\(/i.test(condition.text)) return false;
  const [expression, ...more] = condition.expressions;
  // Text around it, be it a line end, makes a text of it.
  const { text } = condition;
  const isWhole = !text.includes("${{") || (text.startsWith("${{") && text.endsWith("}}"));
  if (!expression?.tree || more.length > 0 || !isWhole) return undefined;
  const result = evaluate(expression.tree, moment);
  return result === undefined ? undefined : isTruthy(result);
};

const isTruthy = (value: Value): boolean => value !== null && value !== "" && value !== 0 && value !== false;

const evaluate = (node: Expr, moment: Moment): Value | undefined => {
  if (node instanceof Literal) return node.token.lexeme === "null" ? null : node.token.value;
  if (node instanceof Grouping) return evaluate(node.group, moment);
  if (node instanceof Unary) {
    const value = evaluate(node.expr, moment);
    return value === undefined ? undefined : !isTruthy(value);
  }
  if (node instanceof Logical) return logical(node, moment);
  if (node instanceof Binary) return comparison(node, moment);
  if (node instanceof FunctionCall) return statusCall(node, moment);
  const access = accessOf(node);
  return access && moment.read?.(access.path);
};

/** One operand that decides is enough, whatever the unknown ones are. */
const logical = ({ operator, args }: Logical, moment: Moment): Value | undefined => {
  const values = args.map(arg => evaluate(arg, moment));
  const decides = (value: Value | undefined) => value !== undefined && isTruthy(value) === (operator.lexeme === "||");
  const decisive = values.find(decides);
  if (decisive !== undefined) return decisive;
  return values.includes(undefined) ? undefined : values.at(-1);
};

const comparison = ({ left, operator, right }: Binary, moment: Moment): boolean | undefined => {
  const [one, other] = [evaluate(left, moment), evaluate(right, moment)];
  if (one === undefined || other === undefined || !["==", "!="].includes(operator.lexeme)) return undefined;
  return areEqual(one, other) === (operator.lexeme === "==");
};

/** As GitHub compares: texts without regard to case, values of different types as numbers. */
const areEqual = (one: Value, other: Value): boolean => {
  if (typeof one === "string" && typeof other === "string") return one.toLowerCase() === other.toLowerCase();
  return typeof one === typeof other ? one === other : Number(one) === Number(other);
};

const statusCall = ({ functionName }: FunctionCall, { status }: Moment): boolean | undefined => {
  switch (functionName.lexeme.toLowerCase()) {
    case "always":
      return true;
    case "success":
    case "failure":
      return status === functionName.lexeme.toLowerCase();
    case "cancelled":
      return status === "cancelled";
    default:
      return undefined;
  }
};
