import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const functionArguments = defineRule({
  id: "workflow/function-arguments",
  severity: "error",
  summary: "A function of an expression has too few arguments, or too many.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "give the function the arguments that it takes",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#functions",
  examples: {
    kind: "step",
    bad: `- name: Lint
  if: startsWith(github.ref)
  run: ruff check .
`,
    good: `- name: Lint
  if: startsWith(github.ref, 'refs/tags/')
  run: ruff check .
`,
  },
  messages: ({ message }) => {
    const [, kind, name] = /^(Too few|Too many|Even number of) parameters supplied.*: '(.*)'$/s.exec(message) ?? [];
    if (kind === undefined || name === undefined) return undefined;
    if (kind === "Even number of") return `${quoted(name)} has no value for the case that no condition holds`;
    return `${quoted(name)} has ${kind.toLowerCase()} arguments`;
  },
});
