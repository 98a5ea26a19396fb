import { posix } from "node:path";
import { closest } from "../../../diagnostics/closest.ts";
import { trackedOutputs } from "../../../repository/dvc/outputs.ts";
import { isIn } from "../../../repository/dvc/paths.ts";
import { importRoots } from "../../../repository/python/import-roots.ts";
import { findModule } from "../../../repository/python/modules.ts";
import { defineCheck } from "../../check.ts";
import { programsIn } from "./programs.ts";

export const missingModule = defineCheck({
  id: "repository/missing-module",
  severity: "error",
  summary: "A command runs a Python module that is not in the repository, though its package is.",
  why: "Python ends with `No module named …`, on every run.",
  hint: "name a module that is there, or commit the one that is meant",
  reference: "https://docs.python.org/3/using/cmdline.html#cmdoption-m",
  examples: {
    bad: { "pipeline.config.yaml": "freshness: { command: python -m demo.data_freshness }\n" },
    good: { "pipeline.config.yaml": "freshness: { command: python -m demo.freshness }\n" },
    besides: ["repository/unmade-file"],
  },
  check: ({ commands, repository }, report) => {
    const made = trackedOutputs(repository);
    for (const { use, python } of commands.flatMap(programsIn)) {
      if (python.kind !== "module" || !/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(python.name)) continue;
      const roots = importRoots(repository, posix.normalize(use.folder));
      const state = findModule(repository, roots, python.name);
      if (!state || state.kind === "found") continue;
      if (roots.some(root => isIn(`${posix.join(root, python.name.replaceAll(".", "/"))}.py`, made))) continue;
      if (state.kind === "no-main")
        report(use.spot, `${use.title} runs \`${python.name}\`, a package without \`__main__.py\``, {
          hint: `name a module of ${state.package}, or give the package a \`__main__.py\``,
        });
      else {
        const near = closest(python.name, state.siblings);
        report(use.spot, `${use.title} runs \`${python.name}\`, and there is no such module in ${state.package}`, {
          hint:
            near === undefined
              ? "name a module that is there, or commit the one that is meant"
              : `did you mean \`${near}\`?`,
        });
      }
    }
  },
});
