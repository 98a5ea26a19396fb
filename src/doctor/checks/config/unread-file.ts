import { posix } from "node:path";
import { dockerfile } from "../../../repository/docker/dockerfile.ts";
import { dvcFiles } from "../../../repository/dvc/dvc-file.ts";
import { dvcLock } from "../../../repository/dvc/lock.ts";
import { foldersOf, isWithin } from "../../../repository/dvc/paths.ts";
import { dvcProject } from "../../../repository/dvc/project.ts";
import { packageLock } from "../../../repository/python-packages/lock.ts";
import { pyproject } from "../../../repository/python-packages/pyproject.ts";
import { requirements } from "../../../repository/python-packages/requirements.ts";
import type { SourceProblem } from "../../../repository/source-problem.ts";
import { sourceText } from "../../../repository/source-text.ts";
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

const problemsOf = (context: CheckContext): readonly SourceProblem[] => {
  const { pipeline, repository } = context;
  const { root, images } = pipeline;
  return [
    ...(dvcProject(repository, root)?.problems ?? []),
    ...(dvcLock(repository, root)?.problems ?? []),
    ...dvcConfigProblems(context),
    ...dvcFiles(repository)
      .filter(({ file }) => root === "." || isWithin(file, root))
      .flatMap(({ problems }) => problems),
    ...(pyproject(repository, root)?.problems ?? []),
    ...(packageLock(repository, root)?.problems ?? []),
    ...requirementsFiles(context).flatMap(file => requirements(repository, file)?.problems ?? []),
    ...images.flatMap(image => dockerfile(repository, inRoot(pipeline, image.dockerfile))?.problems ?? []),
  ];
};

/** The file that says where the data is: that of the folder, or of one above it. */
const dvcConfigProblems = ({ pipeline, repository }: CheckContext): readonly SourceProblem[] => {
  for (const folder of [...foldersOf(inRoot(pipeline, ".dvc")), "."]) {
    const source = sourceText(repository, posix.join(folder, ".dvc/config"));
    if (source.kind === "problem") return [source.problem];
    if (source.kind === "text") break;
  }
  return [];
};

/** Those that an install command names. */
const requirementsFiles = ({ pipeline, commands }: CheckContext): readonly string[] =>
  commands
    .filter(({ purpose }) => purpose === "install")
    .flatMap(use => use.commands)
    .flatMap(({ args }) =>
      args.flatMap(({ value }, index) =>
        (value === "-r" || value === "--requirement") && args[index + 1]?.value !== undefined
          ? [inRoot(pipeline, args[index + 1]?.value ?? "")]
          : [],
      ),
    );
