import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const cronTooFrequent = defineRule({
  id: "workflow/cron-too-frequent",
  severity: "warning",
  summary: "A schedule asks for more than one run in five minutes, which GitHub does not give.",
  why: "GitHub runs a schedule at most every five minutes, and later when it is busy: what relies on more is not done.",
  hint: "ask for a run every five minutes or less often",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  schedule:
    - cron: "*/2 * * * *"
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
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
    good: `name: Example
on:
  schedule:
    - cron: "*/15 * * * *"
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
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
  messages: ({ message, location }) =>
    message.startsWith("Actions schedules run at most every 5 minutes.")
      ? `${quoted(location?.node.text ?? "")} asks for more than one run in five minutes`
      : undefined,
});
