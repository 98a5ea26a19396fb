import { posix } from "node:path";
import picomatch from "picomatch";
import { isWithin } from "../../../repository/dvc/paths.ts";
import { defineCheck } from "../../check.ts";
import { inRoot } from "../../places.ts";
import type { Build } from "./builds.ts";
import { buildsOf, sourcePath, touches } from "./builds.ts";

export const modelNotInImage = defineCheck({
  id: "repository/model-not-in-image",
  severity: "warning",
  summary: "The model that is brought into the build of an image does not get into the image.",
  why: "What is built holds no model, whatever was trained: a service that loads it when it starts never becomes well, and the deployment is rolled back.",
  hint: "copy it in the Dockerfile: `COPY models ./models`",
  examples: {
    bad: {
      Dockerfile:
        'FROM python:3.11-slim\nCOPY requirements.txt pyproject.toml ./\nCOPY src ./src\nRUN pip install .\nCMD ["uvicorn", "demo.serve:app"]\n',
    },
    good: { Dockerfile: 'FROM python:3.11-slim\nCOPY . .\nRUN pip install .\nCMD ["uvicorn", "demo.serve:app"]\n' },
  },
  check: (context, report) => {
    const { pipeline, at, field } = context;
    for (const build of buildsOf(context)) {
      const { image, index, isChanged, dockerfile } = build;
      if (isChanged) continue;
      for (const pattern of image.include) {
        const path = inRoot(pipeline, pattern);
        if (!isWithin(path, build.context)) {
          report(
            at(["images", index, "include"]),
            `image \`${image.name}\` must hold \`${pattern}\`, which is outside of its build context \`${image.context}\`: the build is refused`,
            {
              severity: "error",
              hint: `set ${field(["images", index, "context"])} to a folder around it, or \`include\` to what is inside of it`,
            },
          );
        } else if (dockerfile && dockerfile.stages.length > 0 && !isCopied(build, path))
          report(
            { file: build.file },
            `no instruction copies \`${pattern}\`, which image \`${image.name}\` is built around`,
            {
              hint: `add \`COPY ${posix.dirname(posix.relative(build.context, path))} ./${posix.dirname(posix.relative(build.context, path))}\`, or set the image's \`include\` to \`[]\` if it loads its model otherwise`,
            },
          );
      }
    }
  },
});

/** Whether an instruction may take a file of the context: what cannot be told counts as one that does. */
const isCopied = ({ dockerfile, context }: Build, path: string): boolean =>
  (dockerfile?.stages ?? []).some(
    ({ copies, runs }) =>
      runs.some(({ text }) => text.includes("--mount")) ||
      copies.some(({ sources, from, isPlain }) => {
        if (from !== undefined) return false;
        if (!isPlain) return true;
        return sources.some(source => {
          const literal = sourcePath(context, source);
          if (literal !== undefined) return touches(path)(literal) || literal === context;
          if (/\$/.test(source)) return true;
          const pattern = posix.join(context, posix.join("/", source).slice(1));
          return (
            picomatch(pattern, { dot: true })(path) ||
            touches(pattern)(path) ||
            isWithin(path, posix.dirname(`${pattern.replace(/[*?[\\].*$/s, "")}x`))
          );
        });
      }),
  );
