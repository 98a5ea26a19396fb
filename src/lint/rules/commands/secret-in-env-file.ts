import { defineRule } from "../../rule.ts";
import { secretWrites } from "./secret-writes.ts";

export const secretInEnvFile = defineRule({
  id: "pipeline/secret-in-env-file",
  severity: "error",
  summary: "A secret is written to `$GITHUB_ENV`, `$GITHUB_OUTPUT` or `$GITHUB_PATH` as it is.",
  why: "Whatever the secret holds becomes variables of all later steps, among them NODE_OPTIONS or PATH; a value of several lines, JSON or base64 is refused with `Invalid format`; and what was decoded is shown in the log, because the runner masks only the secret as it is stored.",
  hint: "give the secret to the step that needs it in `env`; if it must be taken apart, mask each value and allow only known names",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files",
  examples: {
    kind: "job",
    bad: exampleJob(`echo "$DVC_REMOTE_CREDENTIALS" | base64 --decode >> "$GITHUB_ENV"`),
    good: exampleJob("dvc pull"),
  },
  check: (workflow, report) => {
    for (const { word, file, secret, name, isDecoded } of secretWrites(workflow)) {
      if (name === undefined || file === "GITHUB_PATH") report(word.place, `${secret} is written to $${file} as it is`);
      else if (file === "GITHUB_ENV" && !isDecoded)
        report(word.place, `${secret} is written to $GITHUB_ENV: every later step has it in \`${name}\``, {
          severity: "warning",
        });
    }
  },
});

function exampleJob(command: string): string {
  return `data:
  name: Data
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 30
  permissions: {}
  steps:
    - name: Use the credentials
      env:
        DVC_REMOTE_CREDENTIALS: \${{ secrets.DVC_REMOTE_CREDENTIALS }}
      run: ${command}
`;
}
