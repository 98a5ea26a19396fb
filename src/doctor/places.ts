import { posix } from "node:path";
import type { Pipeline } from "../config/pipeline.ts";
import type { RepositoryContents } from "../repository/contents.ts";

/** A path of the config as the repository has it: those of the config are relative to its `root`. */
export const inRoot = ({ root }: Pick<Pipeline, "root">, path: string): string =>
  posix.join(root, path).replace(/\/$/, "");

/** A submodule or a symbolic link to a folder is one entry of the listing. */
export const isBehindLink = ({ look }: RepositoryContents, path: string): boolean => {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    if (look(path.slice(0, end)).kind !== "absent") return true;
  return false;
};
