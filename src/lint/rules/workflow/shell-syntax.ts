import { defineRule } from "../../rule.ts";

export const shellSyntax = defineRule({
  id: "workflow/shell-syntax",
  severity: "warning",
  summary: "A script is no valid bash.",
  why: "The shell stops with a syntax error when it gets there, with everything before it done.",
  hint: "close what is open: a quote, a bracket, an `if`, a `for`, a here document",
  reference: "https://www.gnu.org/software/bash/manual/bash.html#Shell-Syntax",
  examples: {
    kind: "step",
    bad: `- name: Check for a model
  run: |
    if [ -f models/baseline.joblib ]; then
      echo found
`,
    good: `- name: Check for a model
  run: |
    if [ -f models/baseline.joblib ]; then
      echo found
    fi
`,
  },
  check: ({ scripts }, report) => {
    for (const { script } of scripts) {
      // What follows the first mistake is often its consequence.
      const [first] = script.errors;
      if (first)
        report(
          first.place,
          `the shell cannot read this: ${first.message.replace(/^./, c => c.toLowerCase()).replace(/\.$/, "")}`,
        );
    }
  },
});
