import { defineRule } from "../../rule.ts";

export const expressionTooDeep = defineRule({
  id: "workflow/expression-too-deep",
  severity: "error",
  summary: "An expression nests deeper than the 50 levels that GitHub reads.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "split the expression: compute a part of it in a step, or in an `env` of its own",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions",
  examples: {
    kind: "step",
    bad: () => `- name: Lint
  if: ${"(".repeat(60)}true${")".repeat(60)}
  run: ruff check .
`,
    good: `- name: Lint
  if: (((github.ref == 'refs/heads/main')))
  run: ruff check .
`,
  },
  messages: ({ message }) =>
    message.startsWith("Exceeded max expression depth") ? "the expression nests deeper than 50 levels" : undefined,
});
