import { posix } from "node:path";

/** A path of the repository as the config has it, relative to the pipeline's root; absent where it lies outside of it. */
export const underRoot = (path: string, root: string): string | undefined => {
  const normal = posix.normalize(path.trim());
  const relative = root === "." ? normal : posix.relative(root, normal);
  return relative.startsWith("..") || posix.isAbsolute(relative) ? undefined : relative === "" ? "." : relative;
};
