import { execFile } from "node:child_process";

/** What git says of a clone. */
export interface GitFacts {
  /** Whether git could be asked: it is installed, and this is a clone. */
  readonly isAvailable: boolean;
  /** Whether the history is cut off. */
  readonly isShallow: () => Promise<boolean>;
  /** The URL of `origin`, or else of the only remote. */
  readonly remoteUrl: () => Promise<string | undefined>;
  /** The branch that `origin/HEAD` names, or else the current one. */
  readonly defaultBranch: () => Promise<string | undefined>;
  /** Which of these paths a pattern of a `.gitignore` (or of git's other lists) matches, whether or not they are tracked. */
  readonly ignored: (paths: readonly string[]) => Promise<ReadonlyMap<string, IgnorePattern>>;
}

/** The line that makes git ignore a path. */
export interface IgnorePattern {
  /** Relative to the repository; absolute for a list of the user's own. */
  readonly file: string;
  readonly line: number;
  readonly pattern: string;
}

/** Asks git about the clone at a folder, when first needed. */
export const gitFacts = (root: string, isAvailable: boolean): GitFacts => {
  const ask = async (...args: readonly string[]): Promise<string | undefined> =>
    isAvailable ? (await git(root, args)).stdout?.trim() || undefined : undefined;
  return {
    isAvailable,
    isShallow: async () => (await ask("rev-parse", "--is-shallow-repository")) === "true",
    remoteUrl: async () => {
      const origin = await ask("config", "--get", "remote.origin.url");
      if (origin !== undefined) return origin;
      const remotes = (await ask("remote"))?.split("\n") ?? [];
      return remotes.length === 1 ? ask("config", "--get", `remote.${remotes[0]}.url`) : undefined;
    },
    defaultBranch: async () =>
      (await ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"))?.replace(/^origin\//, "") ??
      (await ask("symbolic-ref", "--quiet", "--short", "HEAD")),
    ignored: async paths => {
      if (!isAvailable || paths.length === 0) return new Map();
      const args = ["check-ignore", "--no-index", "--verbose", "-z", "--stdin"];
      const { stdout = "" } = await git(root, args, `${paths.join("\0")}\0`);
      const fields = stdout.split("\0");
      const found = new Map<string, IgnorePattern>();
      for (let at = 0; at + 3 < fields.length; at += 4) {
        const [file, line, pattern, path] = fields.slice(at, at + 4) as [string, string, string, string];
        // The last pattern that matches may be an exception.
        if (!pattern.startsWith("!")) found.set(path, { file, line: Number(line), pattern });
      }
      return found;
    },
  };
};

/** `git check-ignore` ends with 1 when it has nothing to say: the output alone counts. */
const git = (
  root: string,
  args: readonly string[],
  input?: string,
): Promise<{ readonly failed: boolean; readonly stdout: string | undefined }> =>
  new Promise(resolve => {
    const child = execFile(
      "git",
      ["-c", "core.quotePath=off", ...args],
      { cwd: root, maxBuffer: 2 ** 28, encoding: "utf8" },
      (error, stdout) => resolve({ failed: error !== null, stdout }),
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
