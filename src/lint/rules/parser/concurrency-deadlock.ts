import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const concurrencyDeadlock = defineRule({
  id: "workflow/concurrency-deadlock",
  severity: "error",
  summary: "A job is in the same concurrency group as its workflow, so that it waits for itself.",
  why: "The run holds the group, and the job waits until the group is free: GitHub cancels it.",
  hint: "give the job a group of its own, or leave the concurrency to the workflow",
  reference: "https://docs.github.com/actions/concepts/workflows-and-actions/concurrency",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: deploy
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    concurrency:
      group: deploy
      cancel-in-progress: false
    steps:
      - name: Say hello
        run: echo hello
`,
    good: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: deploy
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    concurrency:
      group: deploy-service
      cancel-in-progress: false
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  messages: ({ message }) => {
    const [, group] = /^Concurrency group '(.*)' is also defined at the workflow level\./s.exec(message) ?? [];
    if (group !== undefined)
      return `${quoted(group)} is the workflow's concurrency group as well: the job waits for itself`;
    // The same, told of the workflow.
    return /^Concurrency group '.*' is also used by job '/s.test(message) ? null : undefined;
  },
});
