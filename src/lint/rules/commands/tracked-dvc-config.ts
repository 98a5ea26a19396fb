import type { CommandLine } from "../../invocations.ts";
import { allCommandLines, hasFlag } from "../../invocations.ts";
import { defineRule } from "../../rule.ts";
import type { Word } from "../../script.ts";
import { secretOfVariable, variablesIn } from "../../secret-values.ts";

export const trackedDvcConfig = defineRule({
  id: "pipeline/tracked-dvc-config",
  severity: "warning",
  summary: "DVC is configured in `.dvc/config`, a file that git tracks.",
  why: "The working tree is changed from then on: what asks git whether it is clean gets a wrong answer, and the next commit of the job, or an upload of the folder, takes the change along.",
  hint: "add `--local`, which writes `.dvc/config.local`, a file that git ignores",
  reference: "https://doc.dvc.org/command-reference/config",
  examples: {
    kind: "step",
    bad: `- name: Connect to the DVC remote
  run: dvc remote add --default --force ci s3://creditrisk-data/dvc
`,
    good: `- name: Connect to the DVC remote
  run: dvc remote add --local --default --force ci s3://creditrisk-data/dvc
`,
  },
  check: (workflow, report) => {
    for (const line of allCommandLines(workflow)) {
      if (!writesConfig(line) || hasFlag(line, "--local", "--global", "--system") || !line.invocation.certain) continue;
      const secret = line.operands
        .slice(1)
        .map(word => secretIn(line, word))
        .find(found => found !== undefined);
      if (secret !== undefined && line.name !== "dvc remote add")
        report(line.command.place, `\`${line.name}\` writes ${secret} into .dvc/config, which git tracks`, {
          severity: "error",
        });
      // A job that commits it means to.
      else if (!line.step.job.steps.slice(line.step.index).some(commits))
        report(line.command.place, `\`${line.name}\` changes .dvc/config, which git tracks`);
    }
  },
});

const writesConfig = (line: CommandLine): boolean => {
  switch (line.name) {
    case "dvc remote add":
    case "dvc remote modify":
    case "dvc remote remove":
    case "dvc remote rename":
      return true;
    case "dvc remote default":
      return line.operands.length > 0 || hasFlag(line, "--unset");
    case "dvc config":
      return line.operands.length > 1 || hasFlag(line, "--unset");
    default:
      return false;
  }
};

const commits = ({ uses, script }: CommandLine["step"]): boolean =>
  uses?.action?.includes("commit") === true ||
  uses?.action === "peter-evans/create-pull-request" ||
  (script?.commands ?? []).some(({ name, args }) => name === "git" && args.some(({ value }) => value === "commit"));

const secretIn = ({ step }: CommandLine, word: Word): string | undefined => {
  const inline = /\$\{\{\s*(secrets\.\w+)\s*\}\}/.exec(word.text)?.[1];
  return (
    inline ??
    variablesIn(word)
      .map(name => secretOfVariable(step, name))
      .find(found => found !== undefined)
  );
};
