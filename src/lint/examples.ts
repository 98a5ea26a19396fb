import type { Rule } from "./rule.ts";

const WORKFLOW = `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: false
jobs:
`;

const JOB = `  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
`;

/** Longer examples are shown in part: those about a length. */
const SHOWN = 3000;

/** An example as it is shown. */
export const exampleText = (rule: Rule, which: "bad" | "good"): string => {
  const text = written(rule, which);
  return text.length > SHOWN ? `${text.slice(0, SHOWN / 10)}\n… (${text.length} characters)\n` : text;
};

/** An example of a rule as a whole workflow that is correct but for it. */
export const exampleWorkflow = (rule: Rule, which: "bad" | "good"): string => {
  const { kind } = rule.examples;
  const text = written(rule, which);
  if (kind === "workflow") return text;
  return `${WORKFLOW}${kind === "job" ? indented(text, 2) : `${JOB}${indented(text, 6)}`}`;
};

const written = ({ examples }: Rule, which: "bad" | "good"): string => {
  const example = examples[which];
  return typeof example === "string" ? example : example();
};

const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, " ".repeat(by));
