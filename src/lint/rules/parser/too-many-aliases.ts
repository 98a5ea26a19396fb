import { defineRule } from "../../rule.ts";
import { MOST_NODES } from "../../yaml-shape.ts";

export const tooManyAliases = defineRule({
  id: "workflow/too-many-aliases",
  severity: "error",
  summary: "What the aliases of the file stand for is more than GitHub reads, or never ends.",
  why: "GitHub refuses the whole file: none of its jobs runs.",
  hint: "write what is repeated in a script or a called workflow, and no anchor around its own alias",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax",
  examples: {
    kind: "workflow",
    bad: () => {
      const levels = Array.from({ length: 8 }, (_, level) => {
        const alias = level === 0 ? "x" : `*l${level - 1}`;
        return `  L${level}: &l${level} [${Array.from({ length: 10 }, () => alias).join(", ")}]\n`;
      });
      return `env:\n${levels.join("")}`;
    },
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
    if (shape?.tooManyAliases) report(shape.tooManyAliases.place, told[shape.tooManyAliases.why]);
  },
});

const told = {
  size: `with this alias, the file has more than the ${MOST_NODES.toLocaleString("en")} YAML values that GitHub reads`,
  endless: "the alias stands inside of what its own anchor names: it never ends",
  number: "the file has more aliases than can be followed, from this one on",
} as const;
