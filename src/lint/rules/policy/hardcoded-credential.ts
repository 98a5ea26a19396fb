import { containersOf } from "../../containers.ts";
import { defineRule } from "../../rule.ts";
import { scalarsOf } from "../../scalars.ts";

/** Forms that are certain: what each begins with is reserved for it. */
const forms: readonly { readonly what: string; readonly form: RegExp }[] = [
  { what: "the id of an AWS access key", form: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { what: "a private key", form: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { what: "a token of GitHub", form: /\b(?:gh[opsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b/ },
  { what: "a token of Slack", form: /\bxox[abp]-[0-9]{8,}-[0-9A-Za-z-]{10,}\b/ },
  { what: "the address of a Slack webhook", form: /\bhooks\.slack\.com\/services\/T\w{6,}\/B\w{6,}\/\w{16,}/ },
];

export const hardcodedCredential = defineRule({
  id: "policy/hardcoded-credential",
  severity: "error",
  summary: "A password or a key is written in the file.",
  why: "Everyone who can read the repository has it, and so does everyone who gets a copy of it, in all its history.",
  hint: "replace it where it was issued, store the new one as a secret of an environment, and read `secrets.NAME`",
  reference: "https://docs.github.com/actions/reference/security/secure-use#use-secrets-for-sensitive-information",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  container:
    image: ghcr.io/example/train@sha256:5a8a6e1f0c5f2b5f8a9d6c0b7a3e4f1d2c3b4a5968778695a4b3c2d1e0f1a2b3
    credentials:
      username: example
      password: correct-horse
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  environment: training
  container:
    image: ghcr.io/example/train@sha256:5a8a6e1f0c5f2b5f8a9d6c0b7a3e4f1d2c3b4a5968778695a4b3c2d1e0f1a2b3
    credentials:
      username: example
      password: \${{ secrets.REGISTRY_PASSWORD }}
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ node, jobs }, report) => {
    for (const container of jobs.flatMap(containersOf)) {
      const password = container.get("credentials")?.get("password");
      if (password?.literal) report(password.place, "the password of the registry is written in the file");
    }
    for (const scalar of scalarsOf(node)) {
      const { text } = scalar;
      for (const { what, form } of forms) {
        const found = form.exec(text);
        // Of the documentation, where they stand for a real one.
        if (found && !/EXAMPLE/i.test(found[0]))
          report(scalar.within(found.index, found.index + found[0].length), `${what} is written in the file`);
      }
    }
  },
});
