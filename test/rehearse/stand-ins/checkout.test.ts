import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { emptyFolder } from "../../support/folders.ts";
import { Machine } from "./machine.ts";

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
    cwd: folder,
    encoding: "utf8",
  }).trim();

let origin = "";
let first = "";
let second = "";

beforeAll(() => {
  const work = emptyFolder();
  git(work, "init", "--quiet", "--initial-branch=main");
  git(work, "commit", "--quiet", "--allow-empty", "-m", "one");
  first = git(work, "rev-parse", "HEAD");
  git(work, "tag", "v1");
  git(work, "checkout", "--quiet", "-b", "other");
  git(work, "commit", "--quiet", "--allow-empty", "-m", "other");
  git(work, "checkout", "--quiet", "main");
  execFileSync("sh", ["-c", "mkdir src && echo 1 >src/a.py && echo ignored.txt >.gitignore"], { cwd: work });
  git(work, "add", "-A");
  git(work, "commit", "--quiet", "-m", "two");
  second = git(work, "rev-parse", "HEAD");
  origin = join(emptyFolder(), "origin.git");
  git(work, "clone", "--quiet", "--bare", work, origin);
});

const checkout = (machine: Machine, inputs: Record<string, string> = {}, env: Record<string, string> = {}) =>
  machine.step("actions/checkout", inputs, { env: { REHEARSAL_ORIGIN: origin, GITHUB_SHA: second, ...env } });

test("checkout: the workspace is a clean clone of the commit, on its branch, and nothing else", () => {
  const machine = new Machine().write({ "ignored.txt": "x", "src/left-over.py": "x", ".git/config": "broken" });
  const result = checkout(machine);
  expect(result).toMatchObject({ code: 0, outputs: { commit: second, ref: "refs/heads/main" } });
  expect(git(machine.workspace, "status", "--porcelain", "--ignored")).toBe("");
  expect(git(machine.workspace, "rev-parse", "--abbrev-ref", "HEAD")).toBe("main");
  expect(git(machine.workspace, "rev-list", "--count", "HEAD")).toBe("1");
  expect(git(machine.workspace, "remote", "get-url", "origin")).toBe("https://github.com/Acme/risk");
  expect(git(machine.workspace, "config", "--list", "--local")).not.toContain("extraheader");
  expect(machine.read("src/a.py")).toBe("1\n");
  expect(machine.journal("actions.jsonl")).toEqual([
    { kind: "checkout", job: "build", ref: "refs/heads/main", depth: 1, persistCredentials: true },
  ]);
});

test("checkout: depth 0 is the whole history, with every branch and tag", () => {
  const machine = new Machine();
  expect(checkout(machine, { "fetch-depth": "0", "persist-credentials": "false" }).code).toBe(0);
  expect(git(machine.workspace, "rev-list", "--count", "HEAD")).toBe("2");
  expect(git(machine.workspace, "tag")).toBe("v1");
  expect(git(machine.workspace, "rev-parse", "origin/main")).toBe(second);
  expect(git(machine.workspace, "branch", "--remotes")).toContain("origin/other");
});

test("checkout: an older commit of the branch is the one of the run", () => {
  const machine = new Machine();
  expect(checkout(machine, { "fetch-depth": "0" }, { GITHUB_SHA: first }).outputs.commit).toBe(first);
});

test("checkout: a pull request is a commit without a branch", () => {
  const machine = new Machine();
  expect(checkout(machine, {}, { GITHUB_REF: "refs/pull/1/merge" }).outputs.commit).toBe(second);
  expect(git(machine.workspace, "rev-parse", "--abbrev-ref", "HEAD")).toBe("HEAD");
});

test("checkout: a branch, tag or commit by name, into a folder", () => {
  const machine = new Machine();
  expect(checkout(machine, { ref: "v1", path: "old" }).outputs.commit).toBe(first);
  expect(checkout(machine, { ref: first, path: "old" }).outputs.commit).toBe(first);
  expect(checkout(machine, { ref: "refs/heads/other", path: "new" }).code).toBe(0);
  expect(git(join(machine.workspace, "new"), "log", "-1", "--format=%s")).toBe("other");
});

test.for<[string, Record<string, string>, string]>([
  ["another repository", { repository: "acme/other" }, "A rehearsal has only Acme/risk, not acme/other"],
  ["a name that nothing has", { ref: "nope" }, "A branch or tag with the name 'nope' could not be found"],
  ["a folder outside", { path: "../x" }, "is not under"],
  ["a word for a truth value", { "persist-credentials": "no" }, "persist-credentials"],
])("checkout: %s is refused", ([, inputs, text]) => {
  const result = checkout(new Machine(), inputs);
  expect(result.code).toBe(1);
  expect(result.log).toMatch(/^::error::/);
  expect(result.log).toContain(text);
});
