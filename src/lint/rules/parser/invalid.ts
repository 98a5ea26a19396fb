import { defineRule } from "../../rule.ts";

export const invalid = defineRule({
  id: "workflow/invalid",
  severity: "error",
  summary: "GitHub's parser refuses something that has no rule of its own here.",
  why: "GitHub refuses the whole file: none of its jobs runs.",
  hint: "see the workflow syntax: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on:
    group: ./gpu
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on:
    group: organization/gpu
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  messages: ({ message }) => message.replace(/\.$/, "").replace(/^./, first => first.toLowerCase()),
});
