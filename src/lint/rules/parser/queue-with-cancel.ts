import { defineRule } from "../../rule.ts";

export const queueWithCancel = defineRule({
  id: "workflow/queue-with-cancel",
  severity: "error",
  summary: "A concurrency group is to keep every run in a queue and to cancel the running one at the same time.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "remove `cancel-in-progress: true`, or `queue: max`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  queue: max
  cancel-in-progress: true
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
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
  group: example-\${{ github.ref }}
  queue: max
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  messages: ({ message }) =>
    message.startsWith("'queue: max' cannot be combined with")
      ? "`queue: max` and `cancel-in-progress: true` exclude each other"
      : undefined,
});
