import { defineRule } from "../../rule.ts";

export const broadPermissions = defineRule({
  id: "policy/broad-permissions",
  severity: "warning",
  summary: "A token may do more than the job that has it needs.",
  why: "Whatever takes hold of the token, a package that is installed or an action that was taken over, can do all of it. A scope at the top of the workflow goes to every job without permissions of its own.",
  hint: "write `permissions: {}` at the top, and in each job only the scopes it needs",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: write-all
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions:
    contents: read
    packages: write # to push the image
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ permissions, jobs }, report) => {
    for (const { all, place } of [permissions, ...jobs.map(job => job.permissions)].filter(
      found => found !== undefined,
    )) {
      if (all === "write-all")
        report(place, "`write-all` lets the token write everywhere in the repository", { severity: "error" });
      if (all === "read-all") report(place, "`read-all` lets the token read everything in the repository");
    }
    const inheriting = jobs.filter(job => !job.permissions).length;
    for (const { key, keyPlace, value } of permissions?.scopes ?? [])
      if (value.text === "write")
        report(
          keyPlace,
          `\`${key}: write\` at the top goes to every job without permissions of its own`,
          inheriting > 1 ? {} : { severity: "note", hint: "move it into the job that needs it" },
        );
  },
});
