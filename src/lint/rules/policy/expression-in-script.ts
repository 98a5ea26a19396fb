import { codeOf } from "../../code.ts";
import { defineRule } from "../../rule.ts";
import { worstOf } from "../../trust.ts";

export const expressionInScript = defineRule({
  id: "policy/expression-in-script",
  severity: "warning",
  summary: "A script has an expression in it, which is replaced before the shell reads it.",
  why: "A quote, a blank or a `$` in the value changes what the script does, and a secret becomes a part of the command line that other programs can see. Values of a known form, such as a commit, do no harm, but hide the expressions that do.",
  hint: 'pass it through `env` and read the variable: `"$NAME"` in a shell, `process.env.NAME` in JavaScript',
  reference: "https://docs.github.com/actions/reference/security/secure-use#use-an-intermediate-environment-variable",
  examples: {
    kind: "step",
    bad: `- name: Say the branch
  run: echo "\${{ github.ref_name }}"
`,
    good: `- name: Say the branch
  run: echo "$GITHUB_REF_NAME"
`,
  },
  check: ({ steps }, report) => {
    for (const step of steps)
      for (const expression of codeOf(step).flatMap(({ expressions }) => expressions)) {
        const { access, trust = "fixed" } = worstOf(expression, step) ?? {};
        const name = access ? `\`${access.text}\`` : "the expression";
        if (trust === "open") report(expression.place, `${name} becomes a part of the script, whatever it holds`);
        if (trust === "secret")
          report(expression.place, `${name} becomes a part of the script: the shell sees it as text`);
        if (trust === "fixed")
          report(expression.place, `${name} becomes a part of the script before the shell reads it`, {
            severity: "note",
          });
      }
  },
});
