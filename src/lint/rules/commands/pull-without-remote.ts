import { dvcConfig } from "../../../repository/dvc/config.ts";
import { namesRemotes } from "../../../repository/dvc/outputs.ts";
import { dvcFolder } from "../../dvc-project.ts";
import { allCommandLines, commandLines, hasFlag } from "../../invocations.ts";
import { defineRule } from "../../rule.ts";
import { runnerKind } from "../../runner-kind.ts";
import type { Step } from "../../workflow.ts";
import { isTrueUntil } from "../../workspace.ts";
import { jobInClone } from "./example-job.ts";

export const pullWithoutRemote = defineRule({
  id: "pipeline/pull-without-remote",
  severity: "error",
  summary: "Data is pulled or pushed though neither the repository nor the job says where it is.",
  why: "DVC ends with `no remote specified`, exit code 1: the step fails on every run.",
  hint: "before it, run `dvc remote add --local --default NAME URL` in this job, or commit a default remote",
  reference: "https://doc.dvc.org/command-reference/remote/default",
  examples: {
    kind: "job",
    bad: jobInClone("- name: Pull the data\n  working-directory: services/scoring\n  run: dvc pull\n"),
    good: jobInClone(
      '- name: Pull the data\n  working-directory: services/scoring\n  env:\n    REMOTE: s3://creditrisk-data/scoring\n  run: |\n    dvc remote add --local --default storage "$REMOTE"\n    dvc pull\n',
    ),
  },
  check: (workflow, report, { repository }) => {
    if (!repository) return;
    for (const line of allCommandLines(workflow)) {
      if (!["dvc pull", "dvc push", "dvc fetch"].includes(line.name) || hasFlag(line, "--remote")) continue;
      const { step, command, invocation } = line;
      const folder = dvcFolder(line);
      const config = folder === undefined ? undefined : dvcConfig(repository, folder);
      if (!config || config.defaultRemote !== undefined || !invocation.certain) continue;
      if (mayHaveRemote(step) || namesRemotes(repository)) continue;
      report(
        command.place,
        `\`${line.name}\` has no remote: ${config.file} names none as the default, and nothing before it does`,
        runnerKind(step.job) === "hosted" ? {} : { severity: "warning" },
      );
    }
  },
});

/** Whether anything before it may have told DVC of a remote. */
const mayHaveRemote = (step: Step): boolean => isTrueUntil(step, tellsRemote);

const tellsRemote = (other: Step): boolean =>
  other.uses?.kind === "local" ||
  (other.run !== undefined && other.script === undefined) ||
  /\.dvc\/config|DVC_(?:GLOBAL|SYSTEM|SITE)/.test(other.run?.text ?? "") ||
  (other.script?.commands ?? []).some(
    ({ name, program }) =>
      name === undefined ||
      ["bash", "sh", "source", ".", "make", "eval"].includes(name) ||
      program.value?.endsWith(".sh"),
  ) ||
  commandLines(other).some(line => {
    const isAdd = line.name === "dvc remote add" && (hasFlag(line, "--default") || !line.invocation.certain);
    const isSet = line.name === "dvc remote default" && line.operands.length > 0;
    return isAdd || isSet || (line.name === "dvc config" && mayBeRemote(line.operands[0]?.value));
  });

const mayBeRemote = (name: string | undefined): boolean => name === undefined || name === "core.remote";
