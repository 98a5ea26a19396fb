import { functionNames } from "../../expression.ts";
import { defineRule } from "../../rule.ts";
import { didYouMean, oneOf, quoted } from "./words.ts";

export const unknownFunction = defineRule({
  id: "workflow/unknown-function",
  severity: "error",
  summary: "An expression calls a function that does not exist.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "use one of the functions that GitHub has, or compute the value in a step",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#functions",
  examples: {
    kind: "step",
    bad: `- name: Lint
  if: startWith(github.ref, 'refs/tags/')
  run: ruff check .
`,
    good: `- name: Lint
  if: startsWith(github.ref, 'refs/tags/')
  run: ruff check .
`,
  },
  messages: ({ message }) => {
    const [, name] = /^Unrecognized function: '(.*)'$/s.exec(message) ?? [];
    if (name === undefined || isKnown(name)) return undefined;
    return `there is no function ${quoted(name)}${didYouMean(name, functionNames) || `, only ${oneOf(functionNames)}`}`;
  },
});

const isKnown = (name: string): boolean => functionNames.some(known => known.toLowerCase() === name.toLowerCase());
