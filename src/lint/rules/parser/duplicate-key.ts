import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const duplicateKey = defineRule({
  id: "workflow/duplicate-key",
  severity: "error",
  summary: "A mapping has the same key twice; GitHub compares keys without regard to case.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "remove or rename one of the two, or merge what they hold",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",
  examples: {
    kind: "step",
    bad: `- name: Lint
  env:
    LEVEL: strict
    Level: lax
  run: ruff check .
`,
    good: `- name: Lint
  env:
    LEVEL: strict
  run: ruff check .
`,
  },
  messages: ({ message, location }) => {
    const [, key] = /^'(.*)' is already defined$/s.exec(message) ?? [];
    if (key === undefined) return undefined;
    const first = location?.node.entries.find(entry => entry.key.toUpperCase() === key.toUpperCase());
    if (!first) return `${quoted(key)} is there twice`;
    return first.key === key
      ? `${quoted(key)} is already there on line ${first.keyPlace.line}`
      : `${quoted(key)} is the same as ${quoted(first.key)} on line ${first.keyPlace.line}: case does not tell keys apart`;
  },
});
