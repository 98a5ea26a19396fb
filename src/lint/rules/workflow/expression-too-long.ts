import { defineRule } from "../../rule.ts";
import { scalarsOf } from "../../scalars.ts";

/** https://docs.github.com/actions/reference/limits */
const LIMIT = 21_000;

const example = (lines: number): string => `- name: Print the branch again and again
  env:
    TEXT: |-
${`      the branch is \${{ github.ref_name }} and the commit is \${{ github.sha }}\n`.repeat(lines)}  run: printf '%s\\n' "$TEXT"
`;

export const expressionTooLong = defineRule({
  id: "workflow/expression-too-long",
  severity: "error",
  summary: "An expression is longer than 21,000 characters.",
  why: `GitHub refuses the whole file. A text with \`\${{ }}\` in it is one expression, with all of the text: a long script with a single \`\${{ }}\` counts in full.`,
  hint: `hand the values over in \`env\` and keep \`\${{ }}\` out of the long text`,
  reference: "https://docs.github.com/actions/reference/limits",
  examples: { kind: "step", bad: () => example(400), good: example(4) },
  messages: ({ message }) =>
    /^Exceeded max expression length|ErrorExceededMaxLength/.test(message)
      ? "the expression is longer than the 21,000 characters that GitHub takes"
      : undefined,
  check: ({ node }, report) => {
    for (const scalar of scalarsOf(node))
      if (scalar.expressionLength > LIMIT) {
        const { line, column } = scalar.place;
        report(
          { line, column, endLine: line, endColumn: column + 1 },
          `with its expressions this text makes an expression of ${scalar.expressionLength.toLocaleString("en")} characters, of which GitHub takes 21,000`,
        );
      }
  },
});
