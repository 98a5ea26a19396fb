import type { Location } from "../../location.ts";
import { defineRule } from "../../rule.ts";
import { oneOf, quoted } from "./words.ts";

export const missingKey = defineRule({
  id: "workflow/missing-key",
  severity: "error",
  summary: "A key is missing without which GitHub does not know what is meant.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "add the key",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
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
      run: echo hello
`,
  },
  messages: ({ message, location }, { file }) => {
    const [, missing] = /^Required property is missing: (.*)$/s.exec(message) ?? [];
    if (missing !== undefined) return `${subject(location)} has no ${quoted(missing)}`;
    if (/^There's not enough info to determine what you meant|^Expected one of uses/.test(message)) {
      // One of them is there, and told not to go together with another key.
      const refused = file.messages.find(other => other.isKey && other.location?.node === location?.node);
      if (refused && location?.node.given?.keys.includes(refused.text)) return null;
      const forms = location?.node.expected?.required.flat() ?? [];
      return `${subject(location)} has none of ${oneOf([...new Set(forms)])}`;
    }
    // The schema has said so.
    if (message.startsWith("Missing required key 'cron'")) return null;
    if (message === "Container image cannot be empty") return "the container names no image";
    return undefined;
  },
});

/** What lacks the key, in words. */
const subject = (location: Location | undefined): string => {
  const keys = location?.keys ?? [];
  const last = keys.at(-1);
  if (last === undefined) return "the workflow";
  if (last === "steps" || last === "parallel") return "this step";
  if (keys.length === 2 && keys[0] === "jobs") return `the job ${quoted(last)}`;
  return location?.around[0]?.isSequence ? `an item of ${quoted(last)}` : quoted(last);
};
