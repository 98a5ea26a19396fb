import { conditionsOf } from "../../conditions.ts";
import { defineRule } from "../../rule.ts";

export const textAroundExpression = defineRule({
  id: "workflow/text-around-expression",
  severity: "error",
  summary: `A condition has text, a blank or a line end around its \`\${{ }}\`.`,
  why: "The condition is then a text, and a text that is not empty is always true: the step or job runs whatever the expression says. The line end of a block scalar (`|`, `>`) is such a text.",
  hint: `put the whole condition inside of one \`\${{ }}\`, or write it without; end a block scalar with \`|-\` or \`>-\``,
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsif",
  examples: {
    kind: "step",
    bad: `- name: Publish
  if: \${{ github.ref == 'refs/heads/main' }} && \${{ github.event_name == 'push' }}
  run: make publish
`,
    good: `- name: Publish
  if: \${{ github.ref == 'refs/heads/main' && github.event_name == 'push' }}
  run: make publish
`,
  },
  messages: ({ message }) =>
    message.startsWith("Conditional expression contains literal text outside replacement tokens")
      ? `the condition is a text, which is always true: there is something outside of \`\${{ }}\``
      : undefined,
  check: (workflow, report) => {
    for (const condition of conditionsOf(workflow)) {
      const { text } = condition;
      // One expression and nothing else has no text around it; the language service sees any other text than blanks.
      if (condition.expressions.length === 0 || !text.includes(`\${{`) || text === text.trim()) continue;
      const kind = /\n$/.test(text) ? "ends with a line end" : "begins or ends with a blank";
      report(condition.place, `the condition ${kind} outside of \`\${{ }}\`: it is a text, which is always true`);
    }
  },
});
