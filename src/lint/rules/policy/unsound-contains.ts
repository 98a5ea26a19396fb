import type { Expr } from "@actions/expressions/ast";
import { FunctionCall } from "@actions/expressions/ast";
import type { Access } from "../../expression.ts";
import { accessOf, children, literalText } from "../../expression.ts";
import { defineRule } from "../../rule.ts";

export const unsoundContains = defineRule({
  id: "policy/unsound-contains",
  severity: "warning",
  summary: "A name is looked for in a text, where a list is meant.",
  why: "`contains` asks of a text whether the name is any part of it: a branch called `refs/heads/mai`, or `e`, passes as well.",
  hint: `compare with each name, or give a list: \`contains(fromJSON('["main", "dev"]'), github.ref_name)\``,
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#contains",
  examples: {
    kind: "step",
    bad: `- name: Publish
  if: contains('refs/heads/main refs/heads/dev', github.ref)
  run: echo published
`,
    good: `- name: Publish
  if: contains(fromJSON('["refs/heads/main", "refs/heads/dev"]'), github.ref)
  run: echo published
`,
  },
  check: ({ node }, report) => {
    for (const { tree, place } of node.expressions)
      for (const access of tree ? soughtInText(tree) : [])
        report(place, `\`contains\` also holds where \`${access.text}\` is a part of one of the names`);
  },
});

/** What people choose: names of branches and accounts, inputs, variables. */
const CHOSEN =
  /^(?:env|inputs)\.|^github\.(?:actor|base_ref|head_ref|ref|ref_name|triggering_actor|repository|event\..+)$/;

const soughtInText = (node: Expr): readonly Access[] => {
  const inside = children(node).flatMap(soughtInText);
  if (!(node instanceof FunctionCall) || node.functionName.lexeme.toLowerCase() !== "contains") return inside;
  const [text, sought] = node.args;
  const access = sought && accessOf(sought);
  const isText = text !== undefined && literalText(text) !== undefined;
  return isText && access && CHOSEN.test(access.path.join(".")) ? [access, ...inside] : inside;
};
