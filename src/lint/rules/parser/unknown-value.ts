import { defineRule } from "../../rule.ts";
import { didYouMean, itsKey, oneOf, quoted } from "./words.ts";

export const unknownValue = defineRule({
  id: "workflow/unknown-value",
  severity: "error",
  summary: "A value is none of those that GitHub knows at this place.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "use one of the values that GitHub knows; they are case-sensitive",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions:
    contents: reed # the sources
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions:
    contents: read # the sources
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  messages: message => {
    const { isKey, location } = message;
    const value = /^Unexpected value '(.*)'$/s.exec(message.message)?.[1];
    const known = location?.node.expected?.values ?? [];
    if (isKey || value === undefined || known.length === 0) return undefined;
    if (value === "") return `${itsKey(message)} has no value`;
    const guess = didYouMean(value, known);
    const instead = known.length <= MOST ? `: it can be ${oneOf(known)}` : "";
    return `${itsKey(message)} cannot be ${quoted(value)}${guess || instead}`;
  },
});

/** Longer lists help nobody. */
const MOST = 8;
