import { defineRule } from "../../rule.ts";

export const debugLogging = defineRule({
  id: "policy/debug-logging",
  severity: "note",
  summary: "The debug log is left switched on.",
  why: "Actions that look at the variable print what they are given and what they send, every run, for everyone who can read the log: values that are made from secrets are not masked.",
  hint: "remove it, and choose debug logging when a run is started again",
  reference: "https://docs.github.com/actions/how-tos/monitor-workflows/enable-debug-logging",
  examples: {
    kind: "step",
    bad: `- name: Say hello
  env:
    ACTIONS_STEP_DEBUG: true
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
      if (DEBUG.has(key) && /^(?:true|1)$/i.test(value.literal ?? "")) report(keyPlace, `\`${key}\` is left on`);
  },
});

const DEBUG: ReadonlySet<string> = new Set(["ACTIONS_STEP_DEBUG", "ACTIONS_RUNNER_DEBUG", "RUNNER_DEBUG"]);
