import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Files } from "../host/host.ts";

/** What a repository holds, as a fresh clone of it would. Paths are relative to it, with forward slashes. */
export interface RepositoryContents {
  /** Absolute path. */
  readonly root: string;
  /** Every file that git tracks, or would if it were added. Sorted. */
  readonly files: readonly string[];
  /** Whether there is such a file or folder. */
  has(path: string): boolean;
  /** A file's text; absent where there is no such file, or it is no UTF-8. */
  text(path: string): string | undefined;
}

/** Lists the repository with git; without git, or outside of a clone, from the folder itself. */
export const readContents = async (root: string, files: Files): Promise<RepositoryContents> =>
  contentsOf(root, files, (await gitFiles(root)) ?? walk(root, files));

/** What a folder holds, whether or not git knows of it. */
export const listFolder = (root: string, files: Files): RepositoryContents =>
  contentsOf(root, files, walk(root, files));

const contentsOf = (root: string, files: Files, listed: readonly string[]): RepositoryContents => {
  const known = new Set(listed);
  const folders = new Set<string>(["."]);
  for (const file of listed)
    for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
      const folder = file.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  const texts = new Map<string, string | undefined>();
  return {
    root,
    files: listed,
    has: path => known.has(path) || folders.has(path.replace(/\/$/, "")),
    text: path => {
      if (!known.has(path)) return undefined;
      if (!texts.has(path)) texts.set(path, read(join(root, path), files));
      return texts.get(path);
    },
  };
};

const gitFiles = (root: string): Promise<readonly string[] | undefined> =>
  new Promise(resolve => {
    const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"];
    execFile("git", args, { cwd: root, maxBuffer: 2 ** 30, encoding: "utf8" }, (error, stdout) =>
      resolve(error ? undefined : stdout.split("\0").filter(Boolean).sort()),
    );
  });

/** Folders of tools, which are in no repository. */
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules", ".venv", "__pycache__"]);

const walk = (root: string, files: Files): readonly string[] => {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const name of files.list(join(root, folder))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const kind = files.kind(join(root, path));
      if (kind === "directory") {
        if (!SKIPPED.has(name)) visit(path);
      } else found.push(path);
    }
  };
  visit("");
  return found.sort();
};

const read = (path: string, files: Files): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(files.read(path));
  } catch {
    return undefined;
  }
};
