import { contexts } from "../../expression.ts";
import { defineRule } from "../../rule.ts";
import { didYouMean, quoted } from "./words.ts";

export const unknownContext = defineRule({
  id: "workflow/unknown-context",
  severity: "error",
  summary: "An expression names something that is no context.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "name a context such as `github`, `env`, `steps` or `inputs`, or put a text into single quotes",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/contexts",
  examples: {
    kind: "step",
    bad: `- name: Lint
  if: githb.ref == 'refs/heads/main'
  run: ruff check .
`,
    good: `- name: Lint
  if: github.ref == 'refs/heads/main'
  run: ruff check .
`,
  },
  messages: ({ message }) => {
    const [, name] = /^Unrecognized named-value: '(.*)'$/s.exec(message) ?? [];
    if (name === undefined || contexts.includes(name.toLowerCase())) return undefined;
    return `there is no context ${quoted(name)}${didYouMean(name, contexts) || ": a text needs single quotes"}`;
  },
});
