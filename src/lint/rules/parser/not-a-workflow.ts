import { defineRule } from "../../rule.ts";

export const notAWorkflow = defineRule({
  id: "workflow/not-a-workflow",
  severity: "error",
  summary: "The file is YAML, but no workflow.",
  why: "GitHub takes every YAML file in `.github/workflows` for a workflow, and shows this one as invalid on every push.",
  hint: "move the file out of `.github/workflows`; an action belongs into a folder of its own, `dependabot.yml` into `.github`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",
  examples: {
    kind: "workflow",
    bad: `name: Set up Python
description: Python and the packages of the project.
runs:
  using: composite
  steps:
    - run: python -m venv .venv
      shell: bash
`,
    good: `name: Example
on:
  push:
    branches: [main]
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
  inspect: ({ shape }, report) => {
    if (!shape || shape.root === "nothing") return;
    const { root, rootPlace, keys, second } = shape;
    if (second) report(second, "a second YAML document begins here, and a workflow is one");
    else if (root === "list") report(rootPlace, "a list stands where the workflow's keys should be");
    else if (root === "scalar") report(rootPlace, "a text stands where the workflow's keys should be");
    else if (!keys.some(key => OWN.has(key)))
      report(rootPlace, `${kindOf(keys)}: neither \`on\` nor \`jobs\` is there`);
  },
});

/** Keys that only a workflow has. */
const OWN: ReadonlySet<string> = new Set(["on", "jobs"]);

const kindOf = (keys: readonly string[]): string => {
  if (keys.includes("runs")) return "this is an action, no workflow";
  if (keys.includes("updates")) return "this is a configuration of Dependabot, no workflow";
  if (keys.includes("services")) return "this is a file of Docker Compose, no workflow";
  return "this is no workflow";
};
