import { posix } from "node:path";
import { closest } from "../../../diagnostics/closest.ts";
import { defineCheck } from "../../check.ts";

export const missingRoot = defineCheck({
  id: "repository/missing-root",
  severity: "error",
  summary: "`root` names a folder that the repository does not have.",
  why: "Every step of the workflows works in that folder: the first one fails.",
  hint: "name the folder that holds `dvc.yaml` and the Python project, relative to the repository",
  examples: {
    bad: { "pipeline.config.yaml": "root: models/scoring\n" },
    good: { "pipeline.config.yaml": "root: .\n" },
  },
  isDecisive: true,
  check: ({ pipeline: { root }, repository, at, field }, report) => {
    if (root === "." || repository.has(root)) return;
    const folders = [...new Set(repository.files.map(file => posix.dirname(file)))];
    const near = closest(root, folders);
    report(
      at(["root"]),
      `${field(["root"])} is \`${root}\`, which is no folder of the repository`,
      near === undefined ? {} : { hint: `did you mean \`${near}\`?` },
    );
  },
});
