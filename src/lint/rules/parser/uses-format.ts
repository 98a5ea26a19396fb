import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const usesFormat = defineRule({
  id: "workflow/uses-format",
  severity: "error",
  summary: "What a step or a job calls is named in a way that GitHub cannot resolve.",
  why: "GitHub refuses the file, or the job fails before its first step.",
  hint: "write `owner/name@ref`, `owner/name/.github/workflows/file.yaml@ref`, `./path` or `docker://image`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout
  with:
    persist-credentials: false
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`,
  },
  messages: ({ message }) => {
    // That it has no value is said already.
    if (message === "'uses' value in action cannot be blank" || message.startsWith("Invalid workflow reference ''"))
      return null;
    const [, action] = /^Expected format \{owner\}\/\{repo\}\[\/path\]@\{ref\}\. Actual '(.*)'$/s.exec(message) ?? [];
    if (action !== undefined)
      return /^[^@]+\/[^@]+$/.test(action)
        ? `${quoted(action)} has no version: which commit is to run?`
        : `${quoted(action)} is not of the form \`owner/name@ref\``;
    if (message.startsWith("Reusable workflows should be referenced"))
      return "a step cannot call a workflow: a job of its own does, with `uses` in place of `steps`";
    const [, workflow, reason] = /^Invalid workflow reference '(.*)': (.*)$/s.exec(message) ?? [];
    return workflow === undefined ? undefined : `${quoted(workflow)} names no workflow: ${reason}`;
  },
});
