import { defineRule } from "../../rule.ts";

export const formatString = defineRule({
  id: "workflow/format-string",
  severity: "error",
  summary: "The text that `format` fills in has places for which there is no argument, or a brace that is not closed.",
  why: "The expression fails when the job or the step begins, and with it the run.",
  hint: "count the places from `{0}`, and write braces of the text itself twice: `{{` and `}}`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#format",
  examples: {
    kind: "step",
    bad: `- name: Show the version
  env:
    VERSION: \${{ format('{0}-{1}', github.ref_name) }}
  run: echo "$VERSION"
`,
    good: `- name: Show the version
  env:
    VERSION: \${{ format('{0}-{1}', github.ref_name, github.sha) }}
  run: echo "$VERSION"
`,
  },
  messages: ({ message }) => {
    if (message.startsWith("Invalid format string:"))
      return "the text of `format` has a brace that is no place for an argument";
    const [, place, count] =
      /^Format string references argument (\{\d+\}) but only (\d+) argument\(s\) provided$/.exec(message) ?? [];
    if (place === undefined) return undefined;
    return `the text of \`format\` has a place \`${place}\`, but there ${count === "1" ? "is one argument" : `are ${count} arguments`}`;
  },
});
