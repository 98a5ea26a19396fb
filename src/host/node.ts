import { randomBytes } from "node:crypto";
import {
  appendFileSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isatty } from "node:tty";
import type { Files, Host, Output } from "./host.ts";
import { MachineFault } from "./host.ts";

/** This process: its folder, environment and streams, and the disk. */
export const nodeHost = (): Host => ({
  cwd: process.cwd(),
  env: process.env,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  // Asking the stream would make it, which takes longer than many a command.
  isInteractive: isatty(0) && isatty(1),
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

const nodeFiles: Files = {
  kind: path => {
    const stats = guarded(path, "look at", () => unless(["ENOTDIR"], () => lstatSync(path, { throwIfNoEntry: false })));
    if (!stats) return undefined;
    if (stats.isFile()) return "file";
    if (stats.isDirectory()) return "directory";
    return stats.isSymbolicLink() ? "symlink" : "other";
  },
  read: path => guarded(path, "read", () => readFileSync(path)),
  size: path => guarded(path, "read", () => unless(["ENOTDIR"], () => statSync(path, { throwIfNoEntry: false })))?.size,
  list: path => (guarded(path, "list", () => unless(["ENOENT", "ENOTDIR"], () => readdirSync(path))) ?? []).toSorted(),
  writeAll: files => {
    const leftovers: string[] = [];
    const undo: (() => void)[] = [];
    const beside = (path: string) => {
      const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
      leftovers.push(temporary);
      return temporary;
    };
    try {
      const staged = [...files].map(([path, text]) =>
        guarded(path, "write", () => {
          const made = makeFolder(dirname(path));
          if (made !== undefined) undo.push(() => rmSync(made, { recursive: true, force: true }));
          const temporary = beside(path);
          writeFlushed(temporary, text);
          const kept = lstatSync(path, { throwIfNoEntry: false })?.isFile() ? beside(path) : undefined;
          if (kept !== undefined) copyFileSync(path, kept, constants.COPYFILE_EXCL);
          return { path, temporary, kept };
        }),
      );
      for (const { path, temporary, kept } of staged) {
        guarded(path, "write", () => renameSync(temporary, path));
        undo.push(() => (kept === undefined ? rmSync(path, { force: true }) : renameSync(kept, path)));
      }
    } catch (error) {
      // The disk is refusing things already: whatever can be taken back is.
      for (const step of undo.toReversed()) attempt(step);
      throw error;
    } finally {
      for (const temporary of leftovers) attempt(() => rmSync(temporary, { force: true }));
    }
  },
  append: (path, text) => {
    guarded(path, "write", () => appendFileSync(path, text));
  },
  remove: path => {
    guarded(path, "delete", () => rmSync(path));
  },
};

/** Makes a folder and those above it; tells the topmost it made. `mkdirSync` with `recursive` never returns for a folder below /proc. */
const makeFolder = (path: string): string | undefined => {
  if (existsSync(path)) return undefined;
  const topmost = makeFolder(dirname(path));
  mkdirSync(path);
  return topmost ?? path;
};

const attempt = (action: () => void): void => {
  try {
    action();
  } catch {}
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
  EEXIST: "a part of the path is a file, not a folder",
  ENOENT: "there is no such file",
  EMFILE: "too many files are open",
  ELOOP: "too many symbolic links",
};

/** What the disk refuses becomes a fault of the machine. */
const guarded = <T>(path: string, what: Deed, action: () => T): T => {
  try {
    return action();
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new MachineFault({
      code: "machine/files",
      message: `cannot ${what} ${path}: ${reasons[code] ?? message}`,
      hint: hints[what],
    });
  }
};

/** The same where some refusals mean that there is nothing. */
const unless = <T>(absent: readonly string[], action: () => T): T | undefined => {
  try {
    return action();
  } catch (error) {
    if (absent.includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
};

type Deed = "look at" | "read" | "list" | "write" | "delete";

const hints: Readonly<Record<Deed, string>> = {
  "look at": "let the user of this process read it: `ls -l` shows who may",
  read: "let the user of this process read it: `ls -l` shows who may",
  list: "let the user of this process read it: `ls -ld` shows who may",
  write: "nothing was changed; make room or give the permission (`df -h`, `ls -ld`), then run the command again",
  delete: "all other files are as they should be; delete it by hand",
};
