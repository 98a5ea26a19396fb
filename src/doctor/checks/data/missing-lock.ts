import { posix } from "node:path";
import { dvcLock } from "../../../repository/dvc/lock.ts";
import { dvcProject } from "../../../repository/dvc/project.ts";
import { defineCheck } from "../../check.ts";
import { listed, stagesRun } from "./stages-run.ts";

export const missingLock = defineCheck({
  id: "repository/missing-lock",
  severity: "warning",
  summary: "`dvc.lock` does not know a stage that the workflows run.",
  why: "Without its record of inputs and outputs, `dvc pull` brings nothing that the stage made, and the stage runs again in every run of the workflows.",
  hint: "run `dvc repro`, `dvc push`, and commit `dvc.lock`",
  reference: "https://doc.dvc.org/user-guide/project-structure/dvcyaml-files#dvclock-file",
  examples: { bad: { "dvc.lock": null }, good: {} },
  check: (context, report) => {
    const { repository } = context;
    const files = new Map<string, string[]>();
    for (const { name, file, isTemplated } of stagesRun(context))
      if (!isTemplated && posix.basename(file) === "dvc.yaml") files.set(file, [...(files.get(file) ?? []), name]);
    for (const [file, names] of files) {
      const folder = posix.dirname(file);
      const lock = dvcLock(repository, folder);
      const project = dvcProject(repository, folder);
      if (lock?.problems.length || project?.problems.length) continue;
      const missing = names.filter(name => !lock?.stages.has(name));
      const [first] = missing;
      if (first === undefined) continue;
      const stage = project?.stages.find(({ name }) => name === first);
      const lockFile = posix.join(folder, "dvc.lock");
      report(
        stage?.spot ?? { file },
        lock
          ? `${lockFile} has no record of ${listed(missing)}`
          : `there is no ${lockFile}, so that each run makes ${listed(missing)} anew`,
      );
    }
  },
});
