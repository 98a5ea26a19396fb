import { getsPullRequestCode } from "../../pull-request-code.ts";
import { defineRule } from "../../rule.ts";
import type { Workflow } from "../../workflow.ts";

export const dangerousTrigger = defineRule({
  id: "policy/dangerous-trigger",
  severity: "warning",
  summary: "Strangers can start the workflow, and it runs with this repository's secrets and write access.",
  why: "It runs on the default branch's side, for a pull request of any fork. Once it runs code, installs packages or unpacks an artifact of the pull request, that code has the secrets and the token.",
  hint: "use `pull_request`, which has no secrets for forks; do what needs secrets in a workflow that runs after the merge",
  reference:
    "https://docs.github.com/actions/reference/security/secure-use#mitigating-the-risks-of-untrusted-code-checkout",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  pull_request_target: {}
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - name: Check out what is proposed
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          ref: \${{ github.event.pull_request.head.sha }}
          persist-credentials: false
      - name: Test it
        run: pytest
`,
    good: `name: Example
on:
  pull_request: {}
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - name: Check out what is proposed
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - name: Test it
        run: pytest
`,
  },
  check: (workflow, report) => {
    const code = workflow.steps.find(getsPullRequestCode);
    const then = code ? `, and \`${code.label}\` gets the code of a pull request` : "";
    for (const { event, place } of workflow.triggers) {
      if (event === "pull_request_target" && !isLabeler(workflow))
        report(place, `\`${event}\` runs for every fork with this repository's secrets${then}`, {
          severity: code ? "error" : "warning",
        });
      // Whether it follows only what was pushed here, conditions may decide.
      if (event === "workflow_run") report(place, `\`${event}\` follows also the runs that a fork starts${then}`);
      if (event === "issue_comment" && code)
        report(place, `\`${event}\` runs for everyone who comments${then}`, { severity: "error" });
    }
  },
});

/** What the trigger was made for: it looks at names of files, and runs nothing. */
const isLabeler = ({ jobs, steps }: Workflow): boolean =>
  jobs.length === 1 && steps.length === 1 && steps[0]?.uses?.action === "actions/labeler";
