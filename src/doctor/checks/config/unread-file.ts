import { dockerfile } from "../../../repository/docker/dockerfile.ts";
import { dvcFiles } from "../../../repository/dvc/dvc-file.ts";
import { dvcLock } from "../../../repository/dvc/lock.ts";
import { isWithin } from "../../../repository/dvc/paths.ts";
import { dvcProject } from "../../../repository/dvc/project.ts";
import { pyproject } from "../../../repository/python-packages/pyproject.ts";
import type { SourceProblem } from "../../../repository/source-problem.ts";
import type { CheckContext } from "../../check.ts";
import { defineCheck } from "../../check.ts";
import { inRoot } from "../../places.ts";

export const unreadFile = defineCheck({
  id: "repository/unread-file",
  severity: "error",
  summary: "A file that the workflows rely on could not be read.",
  why: "The program that reads it on the runner ends with an error; here, what depends on it could not be looked at.",
  hint: "mend the file at this place",
  examples: {
    bad: { "pyproject.toml": '[project]\nname = "demo\n' },
    good: { "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\n\n[project]\nname = "demo"\n' },
  },
  check: (context, report) => {
    for (const { spot, kind, message, hint } of problemsOf(context))
      report(spot, message, { hint, severity: kind === "too-large" ? "warning" : "error" });
  },
});

const problemsOf = ({ pipeline, repository }: CheckContext): readonly SourceProblem[] => {
  const { root, images } = pipeline;
  return [
    ...(dvcProject(repository, root)?.problems ?? []),
    ...(dvcLock(repository, root)?.problems ?? []),
    ...dvcFiles(repository)
      .filter(({ file }) => root === "." || isWithin(file, root))
      .flatMap(({ problems }) => problems),
    ...(pyproject(repository, root)?.problems ?? []),
    ...images.flatMap(image => dockerfile(repository, inRoot(pipeline, image.dockerfile))?.problems ?? []),
  ];
};
