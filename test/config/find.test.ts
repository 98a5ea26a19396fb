import { join } from "node:path";
import { expect, test } from "vitest";
import { findConfig } from "../../src/config/find.ts";
import { disk, workspace } from "./workspace.ts";

test.for(["ts", "mts", "js", "mjs", "json", "yaml", "yml"])("finds pipeline.config.%s in a folder above", ending => {
  const root = workspace({ [`a/pipeline.config.${ending}`]: "", "a/b/c/file": "" });
  const path = join(root, "a", `pipeline.config.${ending}`);
  expect(findConfig(disk, join(root, "a/b/c"), root)).toEqual({ ok: true, value: path });
});

test("the nearest config wins", () => {
  const root = workspace({ "pipeline.config.ts": "", "a/pipeline.config.yaml": "" });
  expect(findConfig(disk, join(root, "a"), root)).toMatchObject({ value: join(root, "a/pipeline.config.yaml") });
});

test("the search ends at the repository root", () => {
  const root = workspace({ "pipeline.config.ts": "", "repository/sub/file": "" });
  const found = findConfig(disk, join(root, "repository/sub"), join(root, "repository"));
  expect(found).toMatchObject({ ok: false, diagnostics: [{ code: "config/not-found" }] });
  expect(findConfig(disk, root, join(root, "repository"))).toMatchObject({ ok: true });
});

test("no config: the hint shows the smallest one", () => {
  const root = workspace({ "pipeline.config.cjs": "", "pipeline.config.ts.bak": "" });
  const found = findConfig(disk, root, root);
  expect(found).toMatchObject({ ok: false, diagnostics: [{ code: "config/not-found" }] });
  expect(found.ok ? "" : found.diagnostics[0]?.hint).toMatch(
    /import .* from "creditrisk-ci";.*export default defineConfig/s,
  );
});

test("two configs in one folder are both named", () => {
  const root = workspace({ "sub/pipeline.config.ts": "", "sub/pipeline.config.json": "" });
  expect(findConfig(disk, join(root, "sub"), root)).toMatchObject({
    ok: false,
    diagnostics: [
      {
        code: "config/ambiguous",
        file: "sub/pipeline.config.json",
        message: expect.stringMatching(/`pipeline\.config\.json` and `pipeline\.config\.ts`/),
      },
    ],
  });
});

test("an explicit path is relative to the working directory, may have any name, and must exist", () => {
  const root = workspace({ "sub/mine.ts": "", "pipeline.config.ts": "" });
  const from = join(root, "sub");
  expect(findConfig(disk, from, root, "mine.ts")).toEqual({ ok: true, value: join(root, "sub/mine.ts") });
  expect(findConfig(disk, from, root, "../pipeline.config.ts")).toMatchObject({ ok: true });
  expect(findConfig(disk, from, root, join(root, "sub/mine.ts"))).toMatchObject({ ok: true });
  expect(findConfig(disk, from, root, "gone.ts")).toMatchObject({
    ok: false,
    diagnostics: [{ code: "config/not-found", message: "there is no file `gone.ts`" }],
  });
});
