import { execFile } from "node:child_process";

/** What git says of a clone beside the files in it. */
export interface GitFacts {
  /** The URL of `origin`, or else of the only remote. */
  readonly remoteUrl: () => Promise<string | undefined>;
  /** The branch that `origin/HEAD` names, or else the current one. */
  readonly defaultBranch: () => Promise<string | undefined>;
}

/** Asks git about the clone at a folder, when first needed; what it does not answer is absent. */
export const gitFacts = (root: string): GitFacts => {
  const ask = (...args: readonly string[]): Promise<string | undefined> =>
    new Promise(resolve => {
      execFile("git", args, { cwd: root, encoding: "utf8" }, (error, stdout) =>
        resolve(error ? undefined : stdout.trim() || undefined),
      );
    });
  return {
    remoteUrl: async () => {
      const origin = await ask("config", "--get", "remote.origin.url");
      if (origin !== undefined) return origin;
      const remotes = (await ask("remote"))?.split("\n") ?? [];
      return remotes.length === 1 ? ask("config", "--get", `remote.${remotes[0]}.url`) : undefined;
    },
    defaultBranch: async () =>
      (await ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"))?.replace(/^origin\//, "") ??
      (await ask("symbolic-ref", "--quiet", "--short", "HEAD")),
  };
};
