import type { Expr } from "@actions/expressions/ast";
import { Literal, Logical } from "@actions/expressions/ast";
import { conditionsOf } from "../../conditions.ts";
import { bare, calls, literalValue } from "../../expression.ts";
import type { Node } from "../../node.ts";
import { defineRule } from "../../rule.ts";

export const constantCondition = defineRule({
  id: "workflow/constant-condition",
  severity: "error",
  summary: "A condition asks nothing: it is always true, or always false.",
  why: "The step or job always runs, or never does, whatever the workflow is about: often a comparison that lost its left side, as in `a == 'x' || 'y'`.",
  hint: "compare with something that a run decides, or remove the condition",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions",
  examples: {
    kind: "step",
    bad: `- name: Publish
  if: github.event_name == 'push' || 'workflow_dispatch'
  run: make publish
`,
    good: `- name: Publish
  if: github.event_name == 'push' || github.event_name == 'workflow_dispatch'
  run: make publish
`,
  },
  check: (workflow, report) => {
    for (const condition of conditionsOf(workflow)) {
      const told = constant(condition);
      // `if: false` is how a step is switched off for a while.
      if (told) report(condition.place, told.message, told.isDeliberate ? { severity: "warning" } : {});
    }
  },
});

interface Constant {
  readonly message: string;
  readonly isDeliberate: boolean;
}

const constant = (condition: Node): Constant | undefined => {
  const { literal, expressions } = condition;
  const word = literal?.trim().toLowerCase();
  if (word === "true" || word === "false") return { message: `the condition is always ${word}`, isDeliberate: true };
  const [expression] = expressions;
  // Text around an expression is a mistake of its own.
  if (!expression?.tree || expressions.length > 1 || (literal === undefined && !isWhole(condition))) return undefined;
  const tree = bare(expression.tree);
  const value = literalValue(tree);
  if (typeof value === "boolean") return { message: `the condition is always ${value}`, isDeliberate: true };
  if (expression.reads.length === 0 && !calls(tree).some(name => RUN.has(name)))
    return { message: "nothing in the condition depends on the run", isDeliberate: false };
  const decided = decidingOperand(tree);
  return decided === undefined ? undefined : { message: decided, isDeliberate: false };
};

/** Functions whose result the run decides. */
const RUN: ReadonlySet<string> = new Set(["success", "failure", "cancelled", "always", "hashfiles"]);

const isWhole = ({ text }: Node): boolean => text.startsWith("${{") && text.endsWith("}}");

/** What decides a chain of `||` or `&&` alone: `a || 'text'` is true, `a && false` is false. */
const decidingOperand = (tree: Expr): string | undefined => {
  if (!(tree instanceof Logical)) return undefined;
  const or = tree.operator.lexeme === "||";
  for (const operand of tree.args.map(bare)) {
    const value = literalValue(operand);
    if (value !== undefined && Boolean(value) === or && operand instanceof Literal)
      return `the condition is always ${or}: \`${operand.token.lexeme}\` alone decides it`;
  }
  return undefined;
};
