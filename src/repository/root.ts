import { dirname, join, relative, sep } from "node:path";
import type { Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import type { Files } from "../host/host.ts";

/** The folder that holds `.git`, from `from` upward: a folder in a clone, a file in a worktree or submodule. */
export const findRepository = (files: Files, from: string): Result<string> => {
  for (let folder = from; ; folder = dirname(folder)) {
    if (files.kind(join(folder, ".git")) !== undefined) return success(folder);
    if (dirname(folder) === folder)
      return failure({
        code: "usage/no-repository",
        severity: "error",
        message: `${from} is in no git repository`,
        hint: "run this inside the repository the workflows are for, or `git init` first",
      });
  }
};

/**
 * Refuses a path to the workflows that leads elsewhere: GitHub follows no link there, and what is written through one may land
 * outside of the repository.
 */
export const requireFolders = (files: Files, root: string, path: string): Result<undefined> => {
  const parts = path.split("/");
  for (const [index] of parts.entries()) {
    const folder = parts.slice(0, index + 1).join("/");
    const kind = files.kind(join(root, folder));
    if (kind === undefined) break;
    if (kind === "directory") continue;
    return failure({
      code: "usage/not-a-folder",
      severity: "error",
      file: folder,
      message: `${kind === "symlink" ? "a symbolic link" : "a file"} where GitHub reads workflows from a folder`,
      hint: `move it out of the way: \`mv ${folder} ${folder}.old\``,
    });
  }
  return success(undefined);
};

/** A path as it is shown: relative to the repository, with forward slashes. */
export const shown = (root: string, path: string): string => relative(root, path).split(sep).join("/") || ".";
