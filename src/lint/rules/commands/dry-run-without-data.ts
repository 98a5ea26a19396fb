import { isIn } from "../../../repository/dvc/paths.ts";
import { dvcProject } from "../../../repository/dvc/project.ts";
import { findStages, upstreamOf } from "../../../repository/dvc/stages.ts";
import { dvcFolder } from "../../dvc-project.ts";
import { allCommandLines, commandLines, hasFlag } from "../../invocations.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";
import { isTrueUntil } from "../../workspace.ts";
import { jobInClone } from "./example-job.ts";

export const dryRunWithoutData = defineRule({
  id: "pipeline/dry-run-without-data",
  severity: "error",
  summary: "`dvc repro --dry` runs in a job that never fetches the data.",
  why: "Also a dry run wants every dependency to be there: in a clean clone it ends with `No such file or directory` at the first stage whose input another stage would have made.",
  hint: "add `--allow-missing`, which compares with `dvc.lock` instead",
  reference: "https://doc.dvc.org/command-reference/repro",
  examples: {
    kind: "job",
    bad: jobInClone("- name: Check the pipeline\n  run: dvc repro --dry validate_model\n"),
    good: jobInClone("- name: Check the pipeline\n  run: dvc repro --dry --allow-missing validate_model\n"),
  },
  check: (workflow, report, { repository }) => {
    for (const line of allCommandLines(workflow)) {
      if (line.name !== "dvc repro" || !hasFlag(line, "--dry") || !line.invocation.certain) continue;
      if (hasFlag(line, "--allow-missing", "--pull", "--ignore-errors") || mayHaveData(line.step)) continue;
      const { tolerated, pipedInto } = line.command;
      if (tolerated && !pipedInto) continue;
      const folder = dvcFolder(line);
      const project = repository && folder !== undefined ? dvcProject(repository, folder) : undefined;
      const dry = line.command.args.find(({ value }) => value?.startsWith("--dry"));
      const place = (dry ?? line.command.program).place;
      if (!repository || !project || project.problems.length > 0) {
        report(place, "this dry run needs data that a clean clone does not have", { severity: "warning" });
        continue;
      }
      const targets = line.operands.flatMap(({ value }) => findStages(repository, project.folder, value ?? ""));
      const reached = upstreamOf(repository, line.operands.length > 0 ? targets : project.stages);
      const outs = new Set(reached.flatMap(stage => stage.outs.map(({ path }) => path)));
      for (const { name, deps } of project.stages.filter(stage => reached.includes(stage))) {
        const absent = deps.find(dep => !dep.isTemplated && isIn(dep.path, outs) && !repository.has(dep.path));
        if (!absent) continue;
        report(place, `this dry run fails at \`${name}\`: a clean clone has no ${absent.path}`);
        break;
      }
    }
  },
});

/** Whether anything before it may have brought the data. */
const mayHaveData = (step: Step): boolean => isTrueUntil(step, bringsData);

const bringsData = (other: Step): boolean =>
  other.uses?.kind === "local" ||
  /^actions\/(?:cache|download-artifact)/.test(other.uses?.action ?? "") ||
  (other.run !== undefined && other.script === undefined) ||
  commandLines(other).some(
    line =>
      ["dvc pull", "dvc fetch", "dvc checkout", "dvc exp run", "dvc get"].includes(line.name) ||
      (line.name === "dvc repro" && !hasFlag(line, "--dry")),
  ) ||
  (other.script?.commands ?? []).some(({ name }) =>
    ["bash", "sh", "make", "aws", "gsutil", "rclone"].includes(name ?? ""),
  );
