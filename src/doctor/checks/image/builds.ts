import { posix } from "node:path";
import picomatch from "picomatch";
import type { Image } from "../../../config/pipeline.ts";
import type { Dockerfile } from "../../../repository/docker/dockerfile.ts";
import { dockerfile } from "../../../repository/docker/dockerfile.ts";
import type { ContextEntry } from "../../../repository/docker/dockerignore.ts";
import { dockerContext } from "../../../repository/docker/dockerignore.ts";
import { isWithin } from "../../../repository/dvc/paths.ts";
import type { CheckContext } from "../../check.ts";
import { inRoot, isBehindLink } from "../../places.ts";

/** The build of an image in cd: from a fresh clone, the model bundle, and what Docker ignores of both. */
export interface Build {
  readonly image: Image;
  /** Its place in `images`. */
  readonly index: number;
  /** Relative to the repository, as all paths here. */
  readonly file: string;
  readonly dockerfile: Dockerfile | undefined;
  readonly context: string;
  /** Whether the folder of the context is certainly not there. */
  readonly hasNoContext: boolean;
  /** Whether the job has steps of the team's own, which may make files. */
  readonly isChanged: boolean;
  /** Whether a file of the repository, or one that the bundle brings, is handed to Docker: what `include` names always is. */
  readonly entry: (path: string) => ContextEntry;
  /** Whether the bundle may bring a file, or something in a folder; what a pattern matches is not known before. */
  readonly mayBring: (path: string) => boolean;
}

export const buildsOf = ({ pipeline, repository }: CheckContext): readonly Build[] =>
  pipeline.files.cd === false
    ? []
    : pipeline.images.map((image, index) => {
        const file = inRoot(pipeline, image.dockerfile);
        const context = inRoot(pipeline, image.context);
        const included = image.include.map(pattern => touches(inRoot(pipeline, pattern)));
        const bundled = pipeline.artifacts.bundle.map(({ path }) => touches(inRoot(pipeline, path)));
        const mayBring = (path: string) => bundled.some(covers => covers(path));
        const ignores = dockerContext(repository, file, context);
        return {
          image,
          index,
          file,
          dockerfile: dockerfile(repository, file),
          context,
          hasNoContext: !repository.has(context) && !isBehindLink(repository, context) && !mayBring(context),
          isChanged: Object.hasOwn(pipeline.extend.cd, `image-${image.name}`),
          // A line at the end of the ignore file brings it back.
          entry: path =>
            isWithin(path, context) && included.some(covers => covers(path)) ? { included: true } : ignores(path),
          mayBring,
        };
      });

/** Whether a pattern and a path may speak of the same file: one of them is it, or may be in the folder that the other names. */
export const touches = (pattern: string): ((path: string) => boolean) => {
  const start = pattern.replace(/[*?[{].*$/s, "");
  if (start === pattern) return path => isWithin(path, pattern) || isWithin(pattern, path);
  const matches = picomatch(pattern, { dot: true });
  const folder = posix.dirname(`${start}x`);
  return path => matches(path) || isWithin(folder, path) || (isWithin(path, folder) && pattern.includes("**"));
};

/** A source of `COPY` as a path of the repository: it cannot leave the context. Absent for patterns, variables and addresses. */
export const sourcePath = (context: string, source: string): string | undefined => {
  if (/[*?[\]\\$]/.test(source) || /^[a-z]+:\/\/|^git@|#/i.test(source)) return undefined;
  const inside = posix.join("/", source).replace(/^\/|\/$/g, "");
  return posix.join(context, inside);
};
