import type { Expr } from "@actions/expressions/ast";
import { Binary } from "@actions/expressions/ast";
import { accessOf, bare, children, literalValue } from "../../expression.ts";
import { defineRule } from "../../rule.ts";
import type { Workflow } from "../../workflow.ts";

export const booleanComparedWithText = defineRule({
  id: "workflow/boolean-compared-with-text",
  severity: "error",
  summary: "A boolean is compared with a text, or a text with a boolean.",
  why: "GitHub compares them as numbers: `true` is 1 and the text `'true'` is none, so they are never equal. `inputs` keeps booleans; `github.event.inputs`, outputs, `env` and `vars` are always texts.",
  hint: "ask a boolean input itself, `inputs.force`, and compare a text with a text, `steps.x.outputs.y == 'true'`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#operators",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  workflow_dispatch:
    inputs:
      force:
        description: Whether to train although nothing changed.
        type: boolean
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
      - name: Train again
        if: inputs.force == 'true'
        run: make train
`,
    good: `name: Example
on:
  workflow_dispatch:
    inputs:
      force:
        description: Whether to train although nothing changed.
        type: boolean
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
      - name: Train again
        if: inputs.force
        run: make train
`,
  },
  check: (workflow, report) => {
    const types = inputTypes(workflow);
    for (const { tree, place } of workflow.node.expressions)
      for (const { left, right, operator } of tree ? comparisons(tree) : [])
        for (const [one, other] of [
          [left, right],
          [right, left],
        ] as const) {
          const access = accessOf(one);
          const kind = access && kindOf(access.path, types);
          const value = literalValue(bare(other));
          const outcome = operator.lexeme === "==" ? "never equal" : "always unequal";
          if (kind === "boolean" && typeof value === "string" && isNoNumber(value))
            report(place, `\`${access?.text}\` is a boolean, and \`'${value}'\` a text: they are ${outcome}`);
          if (kind === "text" && value === true)
            report(place, `\`${access?.text}\` is a text, and \`true\` a boolean: they are ${outcome}`);
          // An empty text is nought, and so is `false`.
          if (kind === "text" && value === false)
            report(place, `\`${access?.text}\` is a text: it equals \`false\` only where it is empty`, {
              severity: "warning",
            });
        }
  },
});

type Kind = "boolean" | "text";

/** What inputs are, where every event that has one of that name agrees. */
const inputTypes = (workflow: Workflow): ReadonlyMap<string, Kind | undefined> => {
  const types = new Map<string, Kind | undefined>();
  for (const event of ["workflow_dispatch", "workflow_call"])
    for (const { key, value } of workflow.trigger(event)?.node?.get("inputs")?.entries ?? []) {
      const type = value.get("type")?.literal ?? "string";
      const kind = type === "boolean" ? "boolean" : type === "number" ? undefined : "text";
      const name = key.toLowerCase();
      types.set(name, types.has(name) && types.get(name) !== kind ? undefined : kind);
    }
  return types;
};

const kindOf = (
  [context, name, third, fourth]: readonly (string | undefined)[],
  types: ReadonlyMap<string, Kind | undefined>,
): Kind | undefined => {
  if (context === "inputs") return name === undefined ? undefined : types.get(name);
  if (name === "*" || third === "*" || fourth === "*") return undefined;
  if ((context === "env" || context === "vars") && name !== undefined) return "text";
  if ((context === "needs" || context === "steps") && third === "outputs" && fourth !== undefined) return "text";
  return context === "github" && name === "event" && third === "inputs" && fourth !== undefined ? "text" : undefined;
};

/** A text that is no number equals no boolean; an empty one is nought. */
const isNoNumber = (text: string): boolean => Number.isNaN(Number(text));

const comparisons = (node: Expr): readonly Binary[] => {
  const own = node instanceof Binary && ["==", "!="].includes(node.operator.lexeme) ? [node] : [];
  return [...own, ...children(node).flatMap(comparisons)];
};
