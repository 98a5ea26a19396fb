import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const duplicateId = defineRule({
  id: "workflow/duplicate-id",
  severity: "error",
  summary: "Two steps of a job have the same id.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "rename one of the two, and what reads its outputs",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsid",
  examples: {
    kind: "step",
    bad: `- name: Lint
  id: check
  run: ruff check .
- name: Test
  id: check
  run: pytest
`,
    good: `- name: Lint
  id: lint
  run: ruff check .
- name: Test
  id: test
  run: pytest
`,
  },
  messages: ({ message, location }) => {
    const [, id] =
      /^The identifier '(.*)' may not be used more than once within the same scope\.$/s.exec(message) ?? [];
    if (id === undefined) return undefined;
    const steps = location?.around.find(({ isSequence }) => isSequence)?.items ?? [];
    const first = steps.find(step => step.get("id")?.literal === id)?.get("id");
    return `${quoted(id)} is already the id of the step on line ${first?.place.line ?? "above"}`;
  },
});
