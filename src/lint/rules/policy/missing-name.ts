import { defineRule } from "../../rule.ts";

export const missingName = defineRule({
  id: "policy/missing-name",
  severity: "note",
  summary: "A workflow or a job has no name.",
  why: "GitHub shows the path of the file or the id of the job instead, in the list of checks, in notifications and in the rules that require a check: renaming the file then changes them.",
  hint: "add a `name` that says what it does",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#name",
  examples: {
    kind: "job",
    bad: `example:
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Say hello
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ node, name, jobs }, report) => {
    if (!name) report(node.entries[0]?.keyPlace ?? node.place, "the workflow has no `name`");
    for (const job of jobs) if (!job.name) report(job.place, `job \`${job.id}\` has no \`name\``);
  },
});
