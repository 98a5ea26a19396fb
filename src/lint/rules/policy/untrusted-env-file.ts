import { environmentWrites } from "../../environment-files.ts";
import { defineRule } from "../../rule.ts";
import type { ShellCommand, Word } from "../../script.ts";
import { plainVariable } from "../../script.ts";
import { variablesIn } from "../../secret-values.ts";
import { trustInVariable } from "../../trust.ts";
import type { Step } from "../../workflow.ts";

export const untrustedEnvFile = defineRule({
  id: "policy/untrusted-env-file",
  severity: "warning",
  summary: "Text that strangers write may reach the environment of later steps.",
  why: "A text of several lines sets any variable its author likes: `LD_PRELOAD`, or a folder on the path, runs their program in every later step. In a workflow that strangers can start with this repository's secrets all that is computed may be theirs: where it comes from, the file does not show.",
  hint: "write it to `$GITHUB_OUTPUT`, with a random delimiter, and read it where it is needed",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-environment-variable",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  issues:
    types: [opened]
permissions: {}
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Remember the text
        env:
          BODY: \${{ github.event.issue.body }}
        run: echo "BODY=$BODY" >>"$GITHUB_ENV"
`,
    good: `name: Example
on:
  issues:
    types: [opened]
permissions: {}
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Remember the number
        env:
          NUMBER: \${{ github.event.issue.number }}
        run: echo "NUMBER=$NUMBER" >>"$GITHUB_ENV"
`,
  },
  check: (workflow, report) => {
    const isOpen = ["pull_request_target", "workflow_run"].some(event => workflow.trigger(event));
    for (const { step, script } of workflow.scripts)
      for (const { file, command, sources } of environmentWrites(script)) {
        if (file === "GITHUB_OUTPUT") continue;
        const writers = command.name === "tee" && sources.length > 0 ? sources : [command, ...sources];
        const variable = writers
          .flatMap(wordsOf)
          .flatMap(variablesIn)
          .find(name => isStrangers(name, step));
        if (variable !== undefined)
          report(command.place, `\`$${variable}\` is text that anyone can write, and reaches \`${file}\``);
        else if (isOpen && !writers.every(isLiteral))
          report(command.place, `what is written to \`${file}\` may be a stranger's text`);
      }
  },
});

const isStrangers = (name: string, step: Step): boolean => trustInVariable(name, step) === "stranger";

/** Its words, and the text it is given. */
const wordsOf = ({ args, redirects }: ShellCommand): readonly Word[] => [
  ...args,
  ...redirects.flatMap(({ operator, target }) => (target && operator.startsWith("<<") ? [target] : [])),
];

/** Variables that the runner sets, and no text of others is in. */
const OF_THE_RUNNER = /^(?:HOME|PWD|RUNNER_\w+|GITHUB_(?:WORKSPACE|SHA|RUN_ID|RUN_NUMBER|RUN_ATTEMPT|REPOSITORY))$/;

/** Whether what it prints stands in the script, or comes from the runner. */
const isLiteral = (command: ShellCommand): boolean =>
  ["echo", "printf", "cat"].includes(command.name ?? "") &&
  (command.name !== "cat" || command.args.length === 0) &&
  wordsOf(command).every(
    ({ text, expansions }) =>
      !/\$\(|`/.test(text) && expansions.every(written => OF_THE_RUNNER.test(plainVariable(written) ?? "")),
  );
