import { expect, test } from "vitest";
import { findRepository, requireFolders, shown } from "../src/repository/root.ts";
import { memoryHost } from "./support/memory-host.ts";

const codesOf = (result: ReturnType<typeof requireFolders>) =>
  result.ok ? [] : result.diagnostics.map(({ code, file }) => [code, file]);

test("the repository is the nearest folder above that holds .git, be it a folder or the file of a worktree", () => {
  const { files } = memoryHost({ "sub/.git": "gitdir: ../x\n", "sub/deep/x.py": "", "other/x.py": "" });
  expect(findRepository(files, "/repo/sub/deep")).toEqual({ ok: true, value: "/repo/sub" });
  expect(findRepository(files, "/repo/other")).toEqual({ ok: true, value: "/repo" });
  expect(findRepository(files, "/elsewhere")).toMatchObject({
    ok: false,
    diagnostics: [{ code: "usage/no-repository", hint: expect.stringContaining("git init") }],
  });
});

test("the way to the workflows must be made of folders, as far as it goes", () => {
  const ask = (contents: Readonly<Record<string, string>>) =>
    codesOf(requireFolders(memoryHost(contents).files, "/repo", ".github/workflows"));
  expect(ask({})).toEqual([]);
  expect(ask({ ".github/dependabot.yml": "" })).toEqual([]);
  expect(ask({ ".github/workflows/ci.yaml": "" })).toEqual([]);
  expect(ask({ ".github": "" })).toEqual([["usage/not-a-folder", ".github"]]);
  expect(ask({ ".github/workflows": "" })).toEqual([["usage/not-a-folder", ".github/workflows"]]);
});

test("a path is shown relative to the repository", () => {
  expect([shown("/repo", "/repo/a/b.ts"), shown("/repo", "/repo")]).toEqual(["a/b.ts", "."]);
});
