import { SourceText } from "../../../lint/place.ts";
import { isWithin } from "../../../repository/dvc/paths.ts";
import { defineCheck } from "../../check.ts";

export const submodule = defineCheck({
  id: "repository/submodule",
  severity: "warning",
  summary: "A part of the project is a submodule, which the workflows do not check out.",
  why: "On the runner its folder is empty: whatever a stage, a command or an image takes from it is not there.",
  hint: "bring the files into this repository, or add a step after `checkout` with `extend` that runs `git submodule update --init`",
  reference: "https://github.com/actions/checkout#usage",
  examples: {
    bad: {
      ".gitmodules": '[submodule "shared"]\n\tpath = src/shared\n\turl = ../shared.git\n',
      "src/shared": "",
    },
    good: { "src/shared/__init__.py": "" },
  },
  check: ({ pipeline: { root, extend }, repository }, report) => {
    const file = ".gitmodules";
    const text = repository.text(file);
    if (text === undefined || JSON.stringify(extend).includes("submodule")) return;
    const source = new SourceText(text);
    for (const { index, 1: path = "" } of text.matchAll(/^\s*path\s*=\s*"?([^"\n]*?)"?\s*$/gm)) {
      // One that git does not list was removed.
      if (!repository.files.includes(path) || !(root === "." || isWithin(path, root) || isWithin(root, path))) continue;
      const offset = text.indexOf("path", index);
      report(
        { file, ...source.place(offset, offset + 4) },
        `\`${path}\` is a submodule, and empty on the runner: the workflows check out this repository alone`,
      );
    }
  },
});
