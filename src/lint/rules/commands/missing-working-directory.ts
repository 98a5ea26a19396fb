import { posix } from "node:path";
import { mayBeThereBefore } from "../../made-files.ts";
import { suggestion } from "../../programs/suggestion.ts";
import { defineRule } from "../../rule.ts";
import { hasCheckout, repositoryPath } from "../../workspace.ts";
import { jobInClone } from "./example-job.ts";

export const missingWorkingDirectory = defineRule({
  id: "pipeline/missing-working-directory",
  severity: "error",
  summary: "A step runs in a folder that is not in the repository and that nothing before it makes.",
  why: "The runner cannot start the shell there: `An error occurred trying to start process … No such file or directory`.",
  hint: "mend the path, or make the folder in an earlier step of the job",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsworking-directory",
  examples: {
    kind: "job",
    bad: jobInClone("- name: Run the tests\n  working-directory: test\n  run: pytest\n"),
    good: jobInClone("- name: Run the tests\n  working-directory: tests\n  run: pytest\n"),
  },
  check: ({ steps }, report, { repository }) => {
    if (!repository) return;
    for (const step of steps) {
      const { workingDirectory, workingDirectoryNode: node } = step;
      if (!step.run || !node || workingDirectory === undefined || !hasCheckout(step)) continue;
      const path = repositoryPath(".", workingDirectory);
      if (
        path === undefined ||
        repository.has(path) ||
        mayBeThereBefore(step, { path, kind: "data", readings: new Set(), repository })
      )
        continue;
      const folders = new Set(repository.files.map(file => posix.dirname(file)));
      const near = suggestion(path, folders);
      report(
        node.place,
        `there is no folder ${path} in the repository`,
        near === undefined ? {} : { hint: `did you mean \`${near}\`?` },
      );
    }
  },
});
