import { defineRule } from "../../rule.ts";

export const insecureCommands = defineRule({
  id: "policy/insecure-commands",
  severity: "error",
  summary: "Commands in the log that set variables and the path are switched on again.",
  why: "Every line that a program prints can then set variables of later steps: a commit message or a file name that is listed runs any program. GitHub switched them off in 2020 for that reason.",
  hint: "remove `ACTIONS_ALLOW_UNSECURE_COMMANDS`, and write to `$GITHUB_ENV`, `$GITHUB_PATH` or `$GITHUB_OUTPUT`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files",
  examples: {
    kind: "step",
    bad: `- name: Say hello
  env:
    ACTIONS_ALLOW_UNSECURE_COMMANDS: true
  run: echo hello
`,
    good: `- name: Say hello
  env:
    GREETING: hello
  run: echo "$GREETING"
`,
  },
  check: ({ env, jobs, steps }, report) => {
    for (const { key, value, keyPlace } of [env, ...jobs.map(job => job.env), ...steps.map(step => step.env)].flat())
      if (key === "ACTIONS_ALLOW_UNSECURE_COMMANDS" && value.literal?.toLowerCase() === "true")
        report(keyPlace, `\`${key}\` lets every line of the log set variables`);
  },
});
