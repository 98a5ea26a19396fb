import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const expressionSyntax = defineRule({
  id: "workflow/expression-syntax",
  severity: "error",
  summary: `What stands between \`\${{\` and \`}}\`, or in a condition, is no expression.`,
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "write texts in single quotes, comparisons with `==`, and close every bracket and every `}}`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions",
  examples: {
    kind: "step",
    bad: `- name: Lint
  if: github.ref == "refs/heads/main"
  run: ruff check .
`,
    good: `- name: Lint
  if: github.ref == 'refs/heads/main'
  run: ruff check .
`,
  },
  messages: ({ message, text }) => {
    if (message === "An expression was expected") return `there is nothing between \`\${{\` and \`}}\``;
    if (message.startsWith("The expression is not closed"))
      return `an expression is opened with \`\${{\` and never closed with \`}}\``;
    if (message.startsWith("Unexpected end of expression"))
      return "the expression ends too early: something is missing at its end";
    if (/^The directive '|^Exactly \d+ parameter\(s\) were expected/.test(message))
      return `\`\${{ insert }}\` stands for a whole key, and takes nothing else`;
    const [, symbol] =
      /^Unexpected symbol: '(.*?)'(?:\. Located at position \d+ within expression: .*)?$/s.exec(message) ?? [];
    return symbol === undefined ? undefined : unexpected(symbol, text);
  },
});

/** Why the parser stops at a symbol, where that is known from what other languages write there. */
const unexpected = (symbol: string, text: string): string => {
  if (symbol === "EOF") return "the expression ends too early: something is missing at its end";
  if (symbol.includes(`\${{`))
    return `an expression has another \`\${{\` inside of it: it is written once, around all of it`;
  if (symbol.startsWith('"')) return "texts of expressions stand in single quotes, not in double ones";
  if (symbol.startsWith("'")) return "a text of the expression has no closing quote";
  const [, operator] = /^(=|&|\||[+*/%?]|-$)/.exec(symbol) ?? [];
  if (operator !== undefined) return `${quoted(operator)} is no operator of expressions${instead[operator] ?? ""}`;
  return `${quoted(symbol)} makes no sense here in ${quoted(text)}`;
};

const instead: Readonly<Record<string, string>> = {
  "=": ": comparisons are written `==`",
  "&": ": it is written `&&`",
  "|": ": it is written `||`",
  "+": ", which do not calculate: texts are joined with `format`",
  "?": ": a choice is written `case(condition, value, otherwise)`",
};
