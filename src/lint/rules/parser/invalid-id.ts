import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const invalidId = defineRule({
  id: "workflow/invalid-id",
  severity: "error",
  summary: "The id of a job or a step has a form that GitHub does not take.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "use letters, digits, `-` and `_`, begin with a letter or a single `_`, and stay below 100 characters",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_id",
  examples: {
    kind: "step",
    bad: `- name: Lint
  id: lint.sources
  run: ruff check .
`,
    good: `- name: Lint
  id: lint-sources
  run: ruff check .
`,
  },
  messages: ({ message }) => {
    if (message === "Unable to create a unique name")
      return "a job has so many steps without an `id` that GitHub finds no more names for them: 999 of a kind can be";
    const [, id, reserved] =
      /^The identifier '(.*)' is invalid\. IDs (starting with '__' are reserved)?/s.exec(message) ?? [];
    if (id === undefined) return undefined;
    if (reserved !== undefined) return `${quoted(id)} begins with \`__\`, which GitHub keeps for itself`;
    if (id.length >= LONGEST) return `${quoted(id)} is too long for an id: it has ${id.length} characters`;
    // That it has no value is said already.
    if (id === "") return null;
    return `${quoted(id)} cannot be an id`;
  },
});

const LONGEST = 100;
