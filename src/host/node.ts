import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Files, Host, Output } from "./host.ts";
import { MachineFault } from "./host.ts";

/** This process: its folder, environment and streams, and the disk. */
export const nodeHost = (): Host => ({
  cwd: process.cwd(),
  env: process.env,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  files: nodeFiles,
});

const output = (stream: NodeJS.WriteStream): Output => {
  // A reader that has seen enough (`| head`) is no failure.
  stream.on("error", error => {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  });
  return {
    write: text => {
      stream.write(text);
    },
    isTerminal: stream.isTTY === true,
  };
};

export const nodeFiles: Files = {
  kind: path => {
    const stats = guarded(path, "look at", () => lstatSync(path, { throwIfNoEntry: false }), ["ENOTDIR"]);
    if (!stats) return undefined;
    if (stats.isFile()) return "file";
    if (stats.isDirectory()) return "directory";
    return stats.isSymbolicLink() ? "symlink" : "other";
  },
  read: path => guarded(path, "read", () => readFileSync(path)) as Uint8Array,
  list: path => (guarded(path, "list", () => readdirSync(path), ["ENOENT", "ENOTDIR"]) ?? []).toSorted(),
  writeAll: files => {
    const staged = new Map<string, string>();
    try {
      for (const [path, text] of files) {
        guarded(path, "write", () => {
          mkdirSync(dirname(path), { recursive: true });
          const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
          staged.set(path, temporary);
          writeFlushed(temporary, text);
        });
      }
      for (const [path, temporary] of staged) {
        guarded(path, "write", () => renameSync(temporary, path));
        staged.delete(path);
      }
    } finally {
      for (const temporary of staged.values()) rmSync(temporary, { force: true });
    }
  },
  append: (path, text) => {
    guarded(path, "write", () => appendFileSync(path, text));
  },
  remove: path => {
    guarded(path, "delete", () => rmSync(path));
  },
};

const writeFlushed = (path: string, text: string): void => {
  const file = openSync(path, "wx");
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENOENT: "there is no such file",
  EMFILE: "too many files are open",
  ELOOP: "too many symbolic links",
};

/** What the disk refuses becomes a fault of the machine; `absent` are the refusals that mean there is nothing. */
const guarded = <T>(path: string, what: string, action: () => T, absent: readonly string[] = []): T | undefined => {
  try {
    return action();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (absent.includes(code)) return undefined;
    throw new MachineFault({
      code: "machine/files",
      file: path,
      message: `cannot ${what} ${path}: ${reasons[code] ?? message}`,
      hint: "nothing was changed; mend the permissions or the disk, and try again",
    });
  }
};
