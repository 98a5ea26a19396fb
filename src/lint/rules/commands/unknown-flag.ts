import { defineRule } from "../../rule.ts";
import { reportProblems } from "./argument-problems.ts";

export const unknownFlag = defineRule({
  id: "pipeline/unknown-flag",
  severity: "error",
  summary: "A command of dvc, mlflow, aws or docker has a flag that it does not know.",
  why: "The program says how it is used and ends with an error before it has done anything: the step fails on every run.",
  hint: "look the flag up with `--help`, in the version that the workflow installs",
  reference: "https://doc.dvc.org/command-reference/repro",
  examples: {
    kind: "step",
    bad: `- name: Check the pipeline
  run: dvc repro --dry-run --allow-missing
`,
    good: `- name: Check the pipeline
  run: dvc repro --dry --allow-missing
`,
  },
  check: (workflow, report) => {
    reportProblems(workflow, report, ({ kind, name }, command) =>
      kind === "unknown-flag" ? `\`${command}\` has no flag \`${name}\`` : undefined,
    );
  },
});
