import { defineCheck } from "../../check.ts";

export const unaskedGit = defineCheck({
  id: "repository/unasked-git",
  severity: "warning",
  summary: "Git could not be asked which files belong to the repository.",
  why: "Files that git ignores are taken for files of the repository, although a fresh clone on a runner does not have them.",
  hint: "install git, or put it on the PATH, and see that `git status` works here",
  // Nor does it keep git from answering.
  examples: { bad: {}, good: {}, isOfTheMachine: true },
  check: ({ repository, at }, report) => {
    if (repository.isFromGit) return;
    report(
      { file: at([]).file },
      "git could not be asked: every file in the folder is taken for one of the repository",
    );
  },
});
