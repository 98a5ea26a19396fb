import { posix } from "node:path";
import picomatch from "picomatch";
import { closest } from "../../../diagnostics/closest.ts";
import { defineCheck } from "../../check.ts";
import { installedBy } from "../../installed.ts";
import { inRoot, isBehindLink } from "../../places.ts";

export const missingRequirements = defineCheck({
  id: "repository/missing-requirements",
  severity: "error",
  summary: "A command installs from a requirements file that the repository does not have.",
  why: "Pip ends with `Could not open requirements file`: every job fails before it begins its work.",
  hint: "name a file that is there, or commit this one",
  reference: "https://pip.pypa.io/en/stable/reference/requirements-file-format/",
  examples: {
    bad: { "pipeline.config.yaml": "python: { install: [pip install -r requirements-dev.txt] }\n" },
    good: { "pipeline.config.yaml": "python: { install: [pip install -r requirements.txt] }\n" },
  },
  check: ({ repository, commands, pipeline, at, field }, report) => {
    for (const { use, file, spot } of installedBy(repository, commands).missing) {
      if (file.startsWith("../") || file.startsWith("/") || isBehindLink(repository, file)) continue;
      const near = closest(
        file,
        repository.files.filter(other => other.endsWith(".txt") || posix.basename(other) === "pyproject.toml"),
      );
      report(
        spot ?? use.spot,
        spot
          ? `this names \`${file}\`, which is not in the repository, and ${use.title} installs from it`
          : `${use.title} installs from \`${file}\`, which is not in the repository`,
        near === undefined ? {} : { hint: `did you mean \`${near}\`?` },
      );
    }
    const { lockFiles } = pipeline.python;
    const isNothing = lockFiles.every(pattern => {
      const matches = picomatch(inRoot(pipeline, pattern), { dot: true });
      return !repository.files.some(file => matches(file));
    });
    if (isNothing)
      report(
        at(["python", "lockFiles"]),
        `${field(["python", "lockFiles"])} matches no file: a cached \`.venv\` is taken for the right one, whatever the project needs by now`,
        { severity: "warning", hint: "name the files that say which packages the project needs" },
      );
  },
});
