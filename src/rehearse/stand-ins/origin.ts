import { mkdirSync } from "node:fs";
import { run } from "./child.ts";
import { need } from "./environment.ts";

/** Git in a folder. */
export const git = (folder: string, ...args: readonly string[]): string => run("git", args, { cwd: folder }).trim();

/** The repository as Git reaches it. Only by this form of its address does Git make a shallow copy. */
export const origin = (): string => `file://${need("REHEARSAL_ORIGIN")}`;

/** The files of one commit, branch or tag, without history. */
export const cloneAt = (folder: string, ref: string): void => {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "--quiet");
  git(folder, "fetch", "--quiet", "--no-tags", "--depth=1", origin(), ref);
  git(folder, "checkout", "--quiet", "--detach", "FETCH_HEAD");
};
