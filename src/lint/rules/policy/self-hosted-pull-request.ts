import { defineRule } from "../../rule.ts";

export const selfHostedPullRequest = defineRule({
  id: "policy/self-hosted-pull-request",
  severity: "warning",
  summary: "Code of a pull request runs on a machine of your own.",
  why: "Whoever opens a pull request runs their program inside your network, and unless the machine is thrown away after each job, leaves something there for the next. In a private repository without forks it is only colleagues: the file does not show which it is.",
  hint: "use a runner of GitHub for pull requests: `runs-on: ubuntu-latest`",
  reference: "https://docs.github.com/actions/reference/security/secure-use#hardening-for-self-hosted-runners",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  pull_request: {}
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  example:
    name: Example
    runs-on: [self-hosted, linux]
    timeout-minutes: 10
    steps:
      - name: Say hello
        run: echo hello
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
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  check: (workflow, report) => {
    if (!workflow.trigger("pull_request")) return;
    for (const { runsOn, if: condition } of workflow.jobs) {
      const label = runsOn.find(({ literal }) => literal?.toLowerCase() === "self-hosted");
      // A condition may keep pull requests, or those of forks, away.
      const isGuarded = condition?.expressions.some(({ reads }) =>
        reads.some(({ path }) => GUARDS.test(path.join("."))),
      );
      if (label && !isGuarded) report(label.place, "pull requests run on a machine of your own");
    }
  },
});

const GUARDS =
  /^github\.(?:event_name|ref|ref_name|repository_owner|event\.pull_request\.(?:head|author|user|base)\b.*)/;
