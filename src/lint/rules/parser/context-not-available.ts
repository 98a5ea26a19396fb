import { contexts } from "../../expression.ts";
import { defineRule } from "../../rule.ts";
import { allOf, quoted } from "./words.ts";

export const contextNotAvailable = defineRule({
  id: "workflow/context-not-available",
  severity: "error",
  summary: "An expression reads a context that GitHub does not offer at this place.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever. `secrets` is offered in no condition, `env` in no job's `runs-on` or `if`.",
  hint: "read it where it is offered, and pass it on: a job's output, a step's `env`, a step that sets an output",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  environment: production
  permissions: {}
  steps:
    - name: Say hello
      if: secrets.TOKEN != ''
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  environment: production
  permissions: {}
  steps:
    - name: Look for the token
      id: token
      env:
        IS_SET: \${{ secrets.TOKEN != '' }}
      run: echo "is-set=$IS_SET" >> "$GITHUB_OUTPUT"
    - name: Say hello
      if: steps.token.outputs.is-set == 'true'
      run: echo hello
`,
  },
  messages: message => {
    const [, name] = /^Unrecognized named-value: '(.*)'$/s.exec(message.message) ?? [];
    if (name === undefined || !contexts.includes(name.toLowerCase())) return undefined;
    const offered = message.location?.node.expected?.contexts ?? [];
    return `${quoted(name)} is not offered here${offered.length > 0 ? `: only ${allOf(offered)} are` : ""}`;
  },
});
