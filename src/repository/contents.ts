import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Files } from "../host/host.ts";
import { MachineFault } from "../host/host.ts";

/** What a repository holds, as a fresh clone of it would. Paths are relative to it, with forward slashes. */
export interface RepositoryContents {
  /** Absolute path. */
  readonly root: string;
  /** Every file that git tracks, or would if it were added. Sorted. */
  readonly files: readonly string[];
  /** Folders that the machine does not let be listed, with the reason: what is in them is not known. */
  readonly unread: readonly UnreadFolder[];
  /** Whether git told what there is; otherwise the folder itself did. */
  readonly isFromGit: boolean;
  /** Whether there is such a file or folder. */
  has(path: string): boolean;
  /** A file's text; absent where there is no such file, it is no UTF-8, or it is larger than 10 MB. */
  text(path: string): string | undefined;
  /** The same, with the reason why there is none. */
  look(path: string): FileText;
}

export interface UnreadFolder {
  readonly path: string;
  readonly reason: string;
}

/** A file's text, or why there is none. */
export type FileText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "too-large"; readonly bytes: number }
  /** `reason`: what the disk says, or that it is no text. */
  | { readonly kind: "unreadable"; readonly reason: string };

/** Bytes of a file that is read: far more than a file that people keep under version control has. */
const LARGEST = 10_000_000;

/** Lists the repository with git; without git, or outside of a clone, from the folder itself. */
export const readContents = async (root: string, files: Files): Promise<RepositoryContents> =>
  contentsOf(root, files, (await gitFiles(root)) ?? walk(root, files));

/** What a folder holds, whether or not git knows of it. */
export const listFolder = (root: string, files: Files): RepositoryContents =>
  contentsOf(root, files, walk(root, files));

interface Listing {
  readonly listed: readonly string[];
  readonly unread: readonly UnreadFolder[];
  readonly isFromGit: boolean;
}

const contentsOf = (root: string, files: Files, { listed, unread, isFromGit }: Listing): RepositoryContents => {
  const known = new Set(listed);
  const folders = new Set<string>(["."]);
  for (const file of listed)
    for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
      const folder = file.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  const texts = new Map<string, FileText>();
  const look = (path: string): FileText => {
    if (!known.has(path)) return { kind: "absent" };
    const seen = texts.get(path) ?? read(join(root, path), files);
    texts.set(path, seen);
    return seen;
  };
  return {
    root,
    files: listed,
    unread,
    isFromGit,
    has: path => known.has(path) || folders.has(path.replace(/\/$/, "")),
    look,
    text: path => {
      const seen = look(path);
      return seen.kind === "text" ? seen.text : undefined;
    },
  };
};

const gitFiles = (root: string): Promise<Listing | undefined> =>
  new Promise(resolve => {
    const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"];
    // Its messages in English.
    const env = { ...process.env, LC_ALL: "C" };
    execFile("git", args, { cwd: root, maxBuffer: 2 ** 30, encoding: "utf8", env }, (error, stdout, stderr) =>
      resolve(
        error
          ? undefined
          : { listed: stdout.split("\0").filter(Boolean).sort(), unread: refusals(stderr), isFromGit: true },
      ),
    );
  });

const refusals = (messages: string): readonly UnreadFolder[] =>
  [...messages.matchAll(/^warning: could not open directory '(.*?)\/?': (.*)$/gm)].map(
    ([, path = "", reason = ""]) => ({
      path,
      reason: reason.toLowerCase(),
    }),
  );

/** Folders of tools, which are in no repository. */
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules", ".venv", "__pycache__"]);

const walk = (root: string, files: Files): Listing => {
  const found: string[] = [];
  const unread: UnreadFolder[] = [];
  const visit = (folder: string): void => {
    for (const name of namesIn(folder)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const kind = files.kind(join(root, path));
      if (kind === "directory") {
        if (!SKIPPED.has(name)) visit(path);
      } else found.push(path);
    }
  };
  const namesIn = (folder: string): readonly string[] => {
    try {
      return files.list(join(root, folder));
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      unread.push({ path: folder || ".", reason: error.message });
      return [];
    }
  };
  visit("");
  return { listed: found.sort(), unread, isFromGit: false };
};

const read = (path: string, files: Files): FileText => {
  try {
    const bytes = files.size(path);
    // Deleted, and not yet committed as such.
    if (bytes === undefined) return { kind: "absent" };
    if (bytes > LARGEST) return { kind: "too-large", bytes };
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(files.read(path)) };
  } catch (error) {
    if (error instanceof MachineFault) return { kind: "unreadable", reason: error.message };
    if (error instanceof TypeError) return { kind: "unreadable", reason: "it is not UTF-8 text" };
    throw error;
  }
};
