import type { InvocationProblem } from "../../programs/invocation.ts";
import { defineRule } from "../../rule.ts";
import { reportProblems } from "./argument-problems.ts";

export const wrongArguments = defineRule({
  id: "pipeline/wrong-arguments",
  severity: "error",
  summary: "A command of dvc, mlflow, aws or docker lacks something it needs, or has something it does not take.",
  why: "The program says how it is used and ends with an error before it has done anything: the step fails on every run.",
  hint: "look at how the command is used with `--help`, in the version that the workflow installs",
  reference: "https://doc.dvc.org/command-reference/remote/add",
  examples: {
    kind: "step",
    bad: `- name: Connect to the DVC remote
  run: dvc remote add --local --default storage
`,
    good: `- name: Connect to the DVC remote
  run: dvc remote add --local --default storage s3://creditrisk-data/dvc
`,
  },
  check: (workflow, report) => {
    reportProblems(workflow, report, told);
  },
});

const told = ({ kind, name }: InvocationProblem, command: string): string | undefined => {
  switch (kind) {
    case "missing-value":
      return `\`${name}\` of \`${command}\` needs a value`;
    case "unexpected-value":
      return `\`${name}\` of \`${command}\` takes no value`;
    case "missing-operand":
      return `\`${command}\` needs more arguments`;
    case "unexpected-operand":
      return `\`${command}\` takes no argument \`${name}\``;
    case "invalid-choice":
      return `\`${command}\` does not accept this for \`${name}\``;
    default:
      return undefined;
  }
};
