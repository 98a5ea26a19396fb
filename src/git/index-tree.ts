import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { execa } from "execa";
import type { Result } from "../diagnostics/diagnostic.ts";
import { success } from "../diagnostics/diagnostic.ts";
import type { Host } from "../host/host.ts";
import { MachineFault } from "../host/host.ts";
import { findRepository } from "../repository/root.ts";

interface Place {
  readonly root: string;
  readonly cwd: string;
}

/**
 * Runs `action` on what is staged. Where the working tree holds nothing else, that is the working tree itself; otherwise
 * the index is laid out in a temporary folder, so that a half-staged change is judged as it would be committed.
 */
export const withIndex = async <T>(
  cwd: string,
  host: Host,
  action: (place: Result<Place>) => Promise<T>,
): Promise<T> => {
  const repository = findRepository(host.files, cwd);
  if (!repository.ok) return action(repository);
  const root = repository.value;
  const changed = await git(root, ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]);
  // Each entry is XY, a blank and a path: Y is what the working tree changes on top of the index, `?` what git does not know.
  if (!changed.split("\0").some(entry => entry !== "" && entry[1] !== " ")) return action(success({ root, cwd }));

  const folder = realpathSync(mkdtempSync(join(tmpdir(), "creditrisk-ci-")));
  try {
    await git(root, ["checkout-index", "--all", "--force", `--prefix=${folder}/`]);
    lendPackages(root, cwd, folder);
    return await action(success({ root: folder, cwd: join(folder, relative(root, cwd)) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What a config imports from node_modules is in no index. */
const lendPackages = (root: string, cwd: string, copy: string): void => {
  for (let from = cwd; ; from = dirname(from)) {
    const installed = join(from, "node_modules");
    const place = join(copy, relative(root, installed));
    if (existsSync(installed) && existsSync(dirname(place)) && !existsSync(place)) symlinkSync(installed, place, "dir");
    if (from === root) return;
  }
};

const git = async (cwd: string, args: readonly string[]): Promise<string> => {
  const result = await execa("git", args, { cwd, reject: false, stripFinalNewline: false });
  if (!result.failed) return result.stdout;
  throw new MachineFault({
    code: "machine/git",
    message: `\`git ${args[0]}\` failed: ${result.stderr.trim().split("\n")[0] || result.shortMessage?.split("\n")[0]}`,
    hint: "`--staged` needs the git command and a repository it can read",
  });
};
