import { isWithin } from "../../../repository/dvc/paths.ts";
import { defineCheck } from "../../check.ts";

export const unreadFolder = defineCheck({
  id: "repository/unread-folder",
  severity: "warning",
  summary: "A folder could not be looked into.",
  why: "What is in it is taken for absent, so that some findings about missing files may be wrong.",
  hint: "let the user of this process read it: `ls -ld` shows who may",
  // No text of a file makes a folder unreadable.
  examples: { bad: {}, good: {}, isOfTheMachine: true },
  check: ({ pipeline: { root }, repository }, report) => {
    for (const { path, reason } of repository.unread)
      if (root === "." || isWithin(path, root) || isWithin(root, path))
        report({ file: path }, `cannot be looked into: ${reason}`);
  },
});
