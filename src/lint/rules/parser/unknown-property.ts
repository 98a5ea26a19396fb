import { readExpression } from "../../expression.ts";
import { expressionsIn } from "../../expression-markers.ts";
import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const unknownProperty = defineRule({
  id: "workflow/unknown-property",
  severity: "warning",
  summary: "An expression reads a property that its context does not have, as far as the file shows.",
  why: "GitHub does not complain: the value is empty, so that a condition is false and a text has a gap.",
  hint: "look at the spelling, and at what the context holds in runs of these events",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/contexts",
  examples: {
    kind: "step",
    bad: `- name: Lint
  if: github.refname == 'main'
  run: ruff check .
`,
    good: `- name: Lint
  if: github.ref_name == 'main'
  run: ruff check .
`,
  },
  messages: ({ message, text, place }) => {
    const [, property] = /^Context access might be invalid: (.*)$/s.exec(message) ?? [];
    if (property === undefined) return undefined;
    const sources = expressionsIn(text);
    const reads = (sources.length > 0 ? sources : [text]).flatMap(source => readExpression(source, place).reads);
    const read = reads.find(({ path }) => path.indexOf(property.toLowerCase(), 1) > 0);
    // What is set outside of the file, or at run time, nobody knows; of the rest, other rules know more.
    if (!read || ELSEWHERE.has(read.path[0] ?? "")) return null;
    const at = read.path.indexOf(property.toLowerCase(), 1);
    return `${quoted(read.text.split(".").slice(0, at).join("."))} has no ${quoted(property)}, as far as the file shows`;
  },
});

const ELSEWHERE: ReadonlySet<string> = new Set(["env", "vars", "secrets", "needs", "steps", "jobs"]);
