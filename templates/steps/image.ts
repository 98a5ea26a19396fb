import type { Image, Pipeline } from "../../src/config/pipeline.ts";
import type { Expression, Value } from "../../src/model/expression.ts";
import { github, text } from "../../src/model/expression.ts";
import type { Step } from "../../src/model/step.ts";
import { run, uses } from "../../src/model/step.ts";
import imageContext from "../scripts/image-context.sh";
import imageReference from "../scripts/image-reference.sh";
import { inRoot } from "./values.ts";

/** The image's full name: a registry accepts lower case only, an owner may have capitals. */
export const reference = (pipeline: Pipeline, image: string, digest?: Value<"jobs.<job_id>.steps.env">) =>
  run({
    id: "image",
    name: digest === undefined ? "Name the image" : "Name the image by the digest this run built",
    env: {
      OWNER: github("repository_owner"),
      IMAGE: `${pipeline.name}-${image}`,
      SHA: github("sha"),
      REVISION_URL: text`${github("server_url")}/${github("repository")}`,
      ...(digest === undefined ? {} : { DIGEST: digest }),
    },
    outputs: ["name", "tags", "labels", "reference"],
    run: imageReference,
  });

/** Builds an image around the model of this run and publishes it. */
export const publish = (
  pipeline: Pipeline,
  image: Image,
): { readonly steps: readonly Step[]; readonly digest: Expression<"steps"> } => {
  const named = reference(pipeline, image.name);
  const build = uses("docker/build-push-action", {
    id: "build",
    name: "Build and publish the image",
    with: {
      context: inRoot(pipeline, image.context),
      file: inRoot(pipeline, image.dockerfile),
      platforms: image.platforms.join(",") || undefined,
      "build-args":
        Object.entries(image.buildArgs)
          .map(([name, value]) => `${name}=${value}`)
          .join("\n") || undefined,
      push: true,
      tags: named.outputs.tags,
      labels: named.outputs.labels,
    },
  });
  return {
    digest: build.outputs.digest,
    steps: [
      named,
      run({
        id: "context",
        name: "Bring the model into the build context",
        env: { DOCKERFILE: image.dockerfile, CONTEXT: image.context, INCLUDE: image.include.join("\n") },
        run: imageContext,
      }),
      ...(image.platforms.length > 0
        ? [
            uses("docker/setup-qemu-action", {
              id: "emulation",
              name: "Set up emulation of the other platforms",
              with: { platforms: image.platforms.join(",") },
            }),
          ]
        : []),
      uses("docker/setup-buildx-action", { id: "buildx", name: "Set up BuildKit", with: {} }),
      uses("docker/login-action", {
        id: "login",
        name: "Log in to the GitHub container registry",
        with: { registry: "ghcr.io", username: github("actor"), password: github("token") },
      }),
      build,
      ...(image.attest
        ? [
            uses("actions/attest", {
              id: "attest",
              name: "Attest where the image comes from",
              with: {
                "subject-name": named.outputs.name,
                "subject-digest": build.outputs.digest,
                "push-to-registry": true,
              },
            }),
          ]
        : []),
    ],
  };
};
