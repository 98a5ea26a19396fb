import { defineCheck } from "../../check.ts";
import { buildsOf } from "./builds.ts";

export const missingContext = defineCheck({
  id: "repository/missing-context",
  severity: "error",
  summary: "The folder from which an image is built is not in the repository.",
  why: "Docker ends with `path not found`: after a whole training, nothing is published and nothing deployed.",
  hint: "name a folder that is there, relative to `root`; `.` is all of it",
  examples: {
    bad: { "pipeline.config.yaml": "images: [{ name: api, dockerfile: Dockerfile, context: service, include: [] }]\n" },
    good: { "pipeline.config.yaml": "images: [{ name: api, dockerfile: Dockerfile, context: . }]\n" },
  },
  check: (context, report) => {
    const { at, field } = context;
    for (const { index, image, context: folder, hasNoContext, isChanged } of buildsOf(context)) {
      if (!hasNoContext || isChanged) continue;
      report(
        at(["images", index, "context"]),
        `${field(["images", index, "context"])} of image \`${image.name}\` is \`${folder}\`, which is not in the repository`,
      );
    }
  },
});
