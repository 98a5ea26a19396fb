import type { Node } from "../../node.ts";
import { canIdentify } from "../../permissions.ts";
import { runs } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import { isSecret } from "../../secrets.ts";
import type { Step } from "../../workflow.ts";

/** Inputs for a key, of actions that do without one. */
const keyInputs: Readonly<Record<string, { readonly input: string; readonly instead: string }>> = {
  "aws-actions/configure-aws-credentials": { input: "aws-access-key-id", instead: "role-to-assume" },
  "azure/login": { input: "creds", instead: "client-id` and `tenant-id" },
  "google-github-actions/auth": { input: "credentials_json", instead: "workload_identity_provider" },
};

export const longLivedKeys = defineRule({
  id: "policy/long-lived-keys",
  severity: "note",
  summary: "A key that never expires is used where the job could get one for an hour.",
  why: "Who copies the key has it until somebody notices and replaces it. With OpenID Connect the cloud gives each run a key of its own, and only to the workflow, branch and environment that its policy names.",
  hint: "let the job ask for `id-token: write`, and hand the action a role instead of a key",
  reference: "https://docs.github.com/actions/concepts/security/openid-connect",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Get credentials
      uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
      with:
        aws-region: eu-west-1
        aws-access-key-id: \${{ secrets.AWS_ACCESS_KEY_ID }}
        aws-secret-access-key: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  timeout-minutes: 10
  permissions:
    id-token: write # to assume the role
  steps:
    - name: Get credentials
      uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
      with:
        aws-region: eu-west-1
        role-to-assume: \${{ vars.AWS_ROLE }}
`,
  },
  check: ({ steps, jobs }, report) => {
    for (const step of steps) {
      const action = step.uses?.action ?? "";
      const known = Object.hasOwn(keyInputs, action) ? keyInputs[action] : undefined;
      const key = known && step.input(known.input);
      if (key && readsSecret(key))
        report(key.place, `\`${action}\` also takes \`${known.instead}\`, and then needs no key`);
      for (const command of step.script?.commands ?? []) {
        const word = command.args.find(({ value }) => value?.endsWith("aws_secret_access_key"));
        if (word && runs(command, "aws", "configure", "set"))
          report(word.place, "a key is written to a file, where every later step of the job can take it");
      }
    }
    // A key in the environment is no more than what a job without OpenID Connect can have.
    for (const job of jobs.filter(canIdentify)) {
      const told = [...job.env, ...job.steps.flatMap(keysOf)];
      for (const { key, value } of told)
        if (key === "AWS_SECRET_ACCESS_KEY" && readsSecret(value))
          report(
            value.place,
            "the job may ask for an identity token (`id-token: write`), and uses a key that never expires",
          );
    }
  },
});

const keysOf = ({ env }: Step) => env;

const readsSecret = (node: Node): boolean => node.expressions.some(({ reads }) => reads.some(isSecret));
