import { defineRule } from "../../rule.ts";
import { itsKey } from "./words.ts";

export const expressionNotAllowed = defineRule({
  id: "workflow/expression-not-allowed",
  severity: "error",
  summary: "An expression stands where GitHub evaluates none.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "write the value itself",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: \${{ vars.CHECKOUT_ACTION }}
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`,
  },
  messages: message => {
    const { message: said, location, isKey, text } = message;
    const expected = location?.node.expected;
    const hasNone = expected?.contexts.length === 0 && expected.functions.length === 0;
    if (said === "A template expression is not allowed in this context" || (hasNone && /^Unrecognized /.test(said)))
      return isKey && location?.node.isMapping
        ? "a key cannot be an expression here"
        : `${itsKey(message)} cannot be an expression`;
    // What an expression is found to be instead.
    return text.startsWith("${{") && /^Unexpected value '|^Expected format|^The identifier '|^Invalid cron/.test(said)
      ? null
      : undefined;
  },
});
