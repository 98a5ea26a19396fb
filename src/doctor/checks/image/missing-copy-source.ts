import { isWithin } from "../../../repository/dvc/paths.ts";
import { defineCheck } from "../../check.ts";
import { isBehindLink } from "../../places.ts";
import type { Build } from "./builds.ts";
import { buildsOf, sourcePath } from "./builds.ts";

export const missingCopySource = defineCheck({
  id: "repository/missing-copy-source",
  severity: "error",
  summary: "A Dockerfile copies a file that is not there when the workflow builds the image.",
  why: "The build gets a fresh clone and the model bundle, without what Docker ignores: it ends with `not found`, after a whole training.",
  hint: "commit the file, or add it to `artifacts.bundle` and to the image's `include`",
  reference: "https://docs.docker.com/build/concepts/context/",
  examples: {
    bad: {
      Dockerfile: "FROM python:3.11-slim\nCOPY src ./src\nCOPY models ./models\nCOPY data/reference.parquet ./\n",
    },
    good: { Dockerfile: "FROM python:3.11-slim\nCOPY src ./src\nCOPY models ./models\n" },
  },
  check: (context, report) => {
    const { repository } = context;
    for (const build of buildsOf(context)) {
      if (build.isChanged || build.hasNoContext) continue;
      for (const { copies } of build.dockerfile?.stages ?? [])
        for (const { keyword, sources, from, isPlain, spot } of copies) {
          if (!isPlain || from !== undefined) continue;
          for (const source of sources) {
            const path = sourcePath(build.context, source);
            if (path === undefined || path === build.context || isBehindLink(repository, path)) continue;
            const absence = absenceOf(build, path, repository.files);
            if (absence)
              report(
                spot,
                `\`${keyword} ${source}\` fails in image \`${build.image.name}\`: ${absence.message}`,
                absence.instead,
              );
          }
        }
    }
  },
});

const absenceOf = (
  { entry, mayBring, context }: Build,
  path: string,
  files: readonly string[],
): { readonly message: string; readonly instead: { readonly hint?: string } } | undefined => {
  const committed = files.filter(file => isWithin(file, path) && isWithin(file, context));
  if (committed.some(file => entry(file).included)) return undefined;
  const isBrought = mayBring(path);
  if (isBrought && entry(path).included) return undefined;
  if (committed.length === 0 && !isBrought)
    return { message: `\`${path}\` is neither in the repository nor in the model bundle`, instead: {} };
  const by = entry(committed[0] ?? path).by;
  if (!by) return undefined;
  return {
    message: `\`${path}\` is kept from the build by \`${by.pattern}\` in ${by.file}:${by.line}`,
    instead: { hint: `add \`!${path}\` at the end of ${by.file}, or do not copy it` },
  };
};
