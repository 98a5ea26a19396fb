import { defineRule } from "../../rule.ts";

export const missingPermissions = defineRule({
  id: "policy/missing-permissions",
  severity: "error",
  summary: "A job says nothing about what its token may do, and neither does the workflow.",
  why: "The token gets the default of the repository or the organisation, which may be write access to nearly everything: to code, releases, packages and issues. Every action and every installed package can use it.",
  hint: "write `permissions: {}` at the top, and in each job the scopes it needs",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main]
concurrency:
  group: example
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
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
  group: example
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  check: (workflow, report) => {
    if (workflow.permissions) return;
    // The token of a workflow that is only called has at most what the caller's has.
    const isCalled = workflow.triggers.length === 1 && workflow.trigger("workflow_call") !== undefined;
    for (const { id, place, permissions, uses } of workflow.jobs)
      if (!permissions)
        report(
          place,
          `job \`${id}\` has no \`permissions\`, and neither has the workflow`,
          isCalled && !uses ? { severity: "note" } : {},
        );
  },
});
