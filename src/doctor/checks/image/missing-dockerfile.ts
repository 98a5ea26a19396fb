import { posix } from "node:path";
import { closest } from "../../../diagnostics/closest.ts";
import { defineCheck } from "../../check.ts";
import { isBehindLink } from "../../places.ts";
import { buildsOf } from "./builds.ts";

export const missingDockerfile = defineCheck({
  id: "repository/missing-dockerfile",
  severity: "error",
  summary: "An image has no Dockerfile.",
  why: "Docker ends with `failed to read dockerfile`: after a whole training, nothing is published and nothing deployed.",
  hint: "name the Dockerfile that is there, or take the image out of `images`",
  examples: {
    bad: { "pipeline.config.yaml": "images: [{ name: api, dockerfile: Dockerfile.api }]\n" },
    good: { "pipeline.config.yaml": "images: [{ name: api, dockerfile: Dockerfile }]\n" },
  },
  check: (context, report) => {
    const { repository, at, field } = context;
    for (const { index, image, file, dockerfile, isChanged } of buildsOf(context)) {
      if (dockerfile || repository.has(file) || isBehindLink(repository, file) || isChanged) continue;
      const there = repository.files.filter(other =>
        /^(?:Dockerfile|Containerfile)|\.Dockerfile$/i.test(posix.basename(other)),
      );
      const near = closest(file, there) ?? (there.length === 1 ? there[0] : undefined);
      report(
        at(["images", index, "dockerfile"]),
        `${field(["images", index, "dockerfile"])} of image \`${image.name}\` is \`${file}\`, which is not in the repository`,
        near !== undefined
          ? { hint: `did you mean \`${near}\`?` }
          : there.length > 0
            ? {}
            : { hint: "add a Dockerfile, or set `images` to `[]` and `deploy` to `false`" },
      );
    }
  },
});
