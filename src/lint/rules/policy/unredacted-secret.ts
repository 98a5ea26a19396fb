import type { Expr } from "@actions/expressions/ast";
import { FunctionCall } from "@actions/expressions/ast";
import { accessOf, children } from "../../expression.ts";
import { defineRule } from "../../rule.ts";

export const unredactedSecret = defineRule({
  id: "policy/unredacted-secret",
  severity: "warning",
  summary: "A value is taken out of a secret that holds JSON.",
  why: "GitHub masks in the log the secret as it is stored. The parts of it are other texts, and are shown wherever a command prints them.",
  hint: "store each value as a secret of its own, or mask it with `::add-mask::` before anything else happens",
  reference: "https://docs.github.com/actions/reference/security/secure-use#use-secrets-for-sensitive-information",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Load the data
      env:
        PASSWORD: \${{ fromJSON(secrets.WAREHOUSE).password }}
      run: python scripts/load.py
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Load the data
      env:
        PASSWORD: \${{ secrets.WAREHOUSE_PASSWORD }}
      run: python scripts/load.py
`,
  },
  check: ({ node }, report) => {
    for (const { tree, place } of node.expressions)
      for (const secret of tree ? parsedSecrets(tree) : [])
        report(place, `what is taken out of \`${secret}\` is not masked in the log`);
  },
});

/** The secrets that are handed to `fromJSON`. */
const parsedSecrets = (node: Expr): readonly string[] => {
  const inside = children(node).flatMap(parsedSecrets);
  if (!(node instanceof FunctionCall) || node.functionName.lexeme.toLowerCase() !== "fromjson") return inside;
  const [argument] = node.args;
  const access = argument && accessOf(argument);
  return access?.path[0] === "secrets" && access.path.length > 1 ? [access.text, ...inside] : inside;
};
