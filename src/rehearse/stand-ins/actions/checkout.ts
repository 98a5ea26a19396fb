import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { need, repository } from "../environment.ts";
import { recordAction } from "../journal.ts";
import { git, origin } from "../origin.ts";
import { flag, info, input, inWorkspace, Refusal, setOutput, withoutEffect } from "../toolkit.ts";

/** What to fetch, and the branch to be on afterwards; none: a detached commit. */
interface Wanted {
  readonly source: string;
  readonly branch?: string;
}

const COMMIT = /^[0-9a-f]{40}$/;

/** The commit of this run, on its branch if it has one. */
const ofThisRun = (): Wanted => {
  const [, branch] = /^refs\/heads\/(.+)$/.exec(process.env.GITHUB_REF ?? "") ?? [];
  return { source: need("GITHUB_SHA"), ...(branch !== undefined && { branch }) };
};

/** A branch, tag or commit that the step names. */
const named = (folder: string, ref: string): Wanted => {
  if (COMMIT.test(ref)) return { source: ref };
  for (const [prefix, isBranch] of [["refs/heads/", true] as const, ["refs/tags/", false] as const]) {
    const name = ref.startsWith(prefix) ? ref.slice(prefix.length) : ref;
    if (name.startsWith("refs/") || git(folder, "ls-remote", origin(), `${prefix}${name}`) === "") continue;
    return { source: `${prefix}${name}`, ...(isBranch && { branch: name }) };
  }
  if (ref.startsWith("refs/")) return { source: ref };
  throw new Refusal(`A branch or tag with the name '${ref}' could not be found`);
};

const readDepth = (): number => {
  const depth = Number(input("fetch-depth") || "1");
  return Number.isInteger(depth) && depth > 0 ? depth : 0;
};

const folderOf = (path: string): string => {
  const workspace = need("GITHUB_WORKSPACE");
  const folder = inWorkspace(path);
  if (`${folder}/`.startsWith(`${workspace}/`)) return folder;
  throw new Refusal(`Repository path '${folder}' is not under '${workspace}'`);
};

/** The workspace may hold a copy of the repository already, with files that no commit has: only the clone stays. */
const empty = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true, force: true });
};

const fetch = (folder: string, { source, branch }: Wanted, depth: number, tags: boolean): void => {
  const target = branch === undefined ? "refs/rehearsal/head" : `refs/remotes/origin/${branch}`;
  const everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  if (depth === 0) git(folder, "fetch", "--quiet", "--no-tags", origin(), ...everything);
  const limits = depth === 0 ? [] : [`--depth=${depth}`];
  git(folder, "fetch", "--quiet", tags ? "--tags" : "--no-tags", ...limits, origin(), `+${source}:${target}`);
  const place = branch === undefined ? ["--detach"] : ["-B", branch];
  git(folder, "checkout", "--quiet", "--force", ...place, target);
  if (branch === undefined) git(folder, "update-ref", "-d", target);
};

/** A clone of the repository's commit, and nothing else. No credentials are kept: the origin here asks for none. */
export const checkout = {
  main: () => {
    const wantedRepository = input("repository") || need("GITHUB_REPOSITORY");
    if (wantedRepository.toLowerCase() !== repository())
      throw new Refusal(`A rehearsal has only ${need("GITHUB_REPOSITORY")}, not ${wantedRepository}`);
    withoutEffect("ssh-key", "filter", "sparse-checkout", "github-server-url");
    for (const name of ["lfs", "submodules"]) if (input(name) !== "false") withoutEffect(name);
    const [ref, depth, tags, persistCredentials] = [
      input("ref"),
      readDepth(),
      flag("fetch-tags", false),
      flag("persist-credentials", true),
    ];
    const folder = folderOf(input("path"));
    empty(folder);
    git(folder, "init", "--quiet", "--initial-branch=main");
    git(folder, "config", "gc.auto", "0");
    git(folder, "remote", "add", "origin", `${need("GITHUB_SERVER_URL")}/${need("GITHUB_REPOSITORY")}`);
    fetch(folder, ref === "" ? ofThisRun() : named(folder, ref), depth, tags);
    const commit = git(folder, "rev-parse", "HEAD");
    setOutput("ref", ref || (process.env.GITHUB_REF ?? ""));
    setOutput("commit", commit);
    info(`Checked out ${commit}, ${depth === 0 ? "with its whole history" : `depth ${depth}`}`);
    recordAction({ kind: "checkout", ref: ref || (process.env.GITHUB_REF ?? ""), depth, persistCredentials });
  },
};
