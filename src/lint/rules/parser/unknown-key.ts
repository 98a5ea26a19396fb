import type { Node } from "../../node.ts";
import { defineRule } from "../../rule.ts";
import { didYouMean, oneOf, quoted } from "./words.ts";

export const unknownKey = defineRule({
  id: "workflow/unknown-key",
  severity: "error",
  summary: "A key stands where GitHub knows none of that name.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "look at the spelling and the indentation: keys are case-sensitive, and each belongs to one level",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",
  examples: {
    kind: "step",
    bad: `- name: Lint
  run: ruff check .
  timeout_minutes: 5
`,
    good: `- name: Lint
  run: ruff check .
  timeout-minutes: 5
`,
  },
  messages: ({ message, isKey, location, text }) => {
    const [, key] = /^Unexpected value '(.*)'$/s.exec(message) ?? [];
    if (!isKey || key === undefined) return undefined;
    if (!text.includes(key) && /^[[{]/.test(text)) return "a key is itself a list or a mapping";
    const { node, around = [] } = location ?? {};
    const told = `unknown key ${quoted(key)}`;
    const guess = didYouMean(key, node?.expected?.keys ?? []);
    if (guess !== "") return `${told}${guess}`;
    const form = node?.given?.forms.find(keys => keys.includes(key));
    const rival = form && node?.entries.find(entry => !form.includes(entry.key));
    if (rival) return `${quoted(key)} does not go together with ${quoted(rival.key)}`;
    const owner = around.find(({ expected }) => expected?.keys.includes(key));
    return owner ? `${told}: it belongs further left, beside ${beside(owner)}` : told;
  },
});

const beside = ({ entries }: Node): string => oneOf(entries.slice(0, 2).map(({ key }) => key));
