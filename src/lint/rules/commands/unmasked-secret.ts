import { defineRule } from "../../rule.ts";
import { secretWrites } from "./secret-writes.ts";

/** Names of what nobody else may see. */
const SENSITIVE = /key|secret|token|passw|credential|private/i;

export const unmaskedSecret = defineRule({
  id: "pipeline/unmasked-secret",
  severity: "warning",
  summary: "A value taken out of a secret is handed to later steps without being masked.",
  why: "The runner masks a secret only as it is stored. The decoded value is shown in the log wherever it comes up, and GitHub prints the environment of every step.",
  hint: 'mask it before anything else: `echo "::add-mask::$VALUE"`',
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log",
  examples: {
    kind: "job",
    bad: exampleJob(""),
    good: exampleJob('        echo "::add-mask::$KEY"\n'),
  },
  check: (workflow, report) => {
    for (const { step, word, secret, variable, name, isDecoded } of secretWrites(workflow)) {
      if (!isDecoded || name === undefined || !SENSITIVE.test(`${name} ${variable}`)) continue;
      if (!step.script?.node.text.includes("add-mask"))
        report(word.place, `\`${variable}\` is taken out of ${secret} and not masked`);
    }
  },
});

function exampleJob(mask: string): string {
  return `data:
  name: Data
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 30
  permissions: {}
  steps:
    - name: Read the credentials
      env:
        CREDENTIALS: \${{ secrets.STORAGE_CREDENTIALS }}
      run: |
        set -euo pipefail
        KEY=$(jq --raw-output .access_key <<<"$CREDENTIALS")
${mask}        echo "STORAGE_KEY=$KEY" >> "$GITHUB_ENV"
`;
}
