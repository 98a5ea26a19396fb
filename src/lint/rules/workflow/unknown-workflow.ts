import { closest } from "../../../diagnostics/closest.ts";
import { dataAt, repositoryWorkflows } from "../../repository-workflows.ts";
import { defineRule } from "../../rule.ts";

export const unknownWorkflow = defineRule({
  id: "workflow/unknown-workflow",
  severity: "error",
  summary: "`workflow_run` waits for a workflow that the repository does not have.",
  why: "The event never comes, and nothing says so: the workflow is silent for ever.",
  hint: "name the workflow as its `name:` says, not by its file",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  workflow_run:
    workflows: [Tests]
    types: [completed]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
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
  workflow_run:
    workflows: [CI]
    types: [completed]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
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
    besides: ["policy/dangerous-trigger"],
  },
  check: (workflow, report, { file, repository }) => {
    const wanted = workflow.trigger("workflow_run")?.node?.get("workflows")?.items ?? [];
    if (!repository || wanted.length === 0) return;
    const others = repositoryWorkflows(repository).filter(({ path }) => path !== file.path);
    // The name of a file that cannot be read is not known.
    if (others.some(({ data }) => data === undefined)) return;
    const names = [
      workflow.name?.text ?? file.path,
      ...others.map(({ path, data }) => {
        const name = dataAt(data, "name");
        return name === undefined || name === null ? path : String(name);
      }),
    ];
    for (const { literal, place } of wanted) {
      if (literal === undefined || names.includes(literal) || GENERATED.test(literal)) continue;
      const meant = closest(literal, names);
      const also = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
      report(place, `no workflow of this repository has the name \`${literal}\`${also}`);
    }
  },
});

/** Workflows that GitHub runs without a file in the repository. */
const GENERATED =
  /^(?:CodeQL|pages.build.(?:and.)?deployment|Dependabot Updates|Dependency Graph|Automatic Dependency Submission.*|Copilot.*|Running Copilot.*)$/i;
