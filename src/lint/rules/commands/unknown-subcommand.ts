import { defineRule } from "../../rule.ts";
import { reportProblems } from "./argument-problems.ts";

export const unknownSubcommand = defineRule({
  id: "pipeline/unknown-subcommand",
  severity: "error",
  summary: "A command of dvc, mlflow, aws or docker has a subcommand that the program does not have.",
  why: "The program says how it is used and ends with an error before it has done anything: the step fails on every run.",
  hint: "look the subcommand up with `--help`, in the version that the workflow installs",
  reference: "https://docs.aws.amazon.com/cli/latest/reference/ecs/",
  examples: {
    kind: "step",
    bad: `- name: Search the experiments
  run: mlflow experiment search
`,
    good: `- name: Search the experiments
  run: mlflow experiments search
`,
  },
  check: (workflow, report) => {
    reportProblems(workflow, report, ({ kind, name }, command) =>
      kind === "unknown-subcommand" ? `\`${command}\` has no subcommand \`${name}\`` : undefined,
    );
  },
});
