import { functionNames } from "../../expression.ts";
import { defineRule } from "../../rule.ts";
import { allOf, quoted } from "./words.ts";

export const functionNotAvailable = defineRule({
  id: "workflow/function-not-available",
  severity: "error",
  summary: "An expression calls a function that GitHub does not offer at this place.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever. The status functions are for conditions alone, and `hashFiles` needs the files of a running job.",
  hint: "call it in a step's `if`, `env` or `run`, and pass the answer on as an output",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  if: hashFiles('pyproject.toml') != ''
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      if: hashFiles('pyproject.toml') != ''
      run: echo hello
`,
  },
  messages: ({ message, location }) => {
    const [, name] = /^Unrecognized function: '(.*)'$/s.exec(message) ?? [];
    if (name === undefined || !functionNames.some(known => known.toLowerCase() === name.toLowerCase()))
      return undefined;
    const offered = location?.node.expected?.functions ?? [];
    const only = offered.length > 0 ? `, unlike ${allOf(offered)}` : "";
    return `${quoted(name)} is not offered here${only}`;
  },
});
