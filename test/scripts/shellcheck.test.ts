import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { shellText } from "../../scripts/shell-text.mjs";

const root = join(import.meta.dirname, "../..");
const shellcheck = join(root, ".tools/venv/bin/shellcheck");
const scripts = globSync("templates/scripts/**/*.sh", { cwd: root }).sort();

const findings = async (file: string) =>
  (await execa(shellcheck, ["--norc", "--format", "gcc", file], { all: true, reject: false })).all;

test("shellcheck: there are scripts to check", () => {
  expect(scripts).toContain("templates/scripts/lib/ecs.sh");
});

describe.for(scripts)("shellcheck: %s", script => {
  const file = join(root, script);
  const text = readFileSync(file, "utf8");

  test("has no finding as a file", async () => {
    expect(await findings(file)).toBe("");
  });

  test("has no finding as it stands in a workflow", async () => {
    const folder = mkdtempSync(join(tmpdir(), "shellcheck-"));
    const inlined = join(folder, basename(script));
    writeFileSync(inlined, `#!/usr/bin/env bash\n${shellText(file)}`);
    const found = await findings(inlined);
    rmSync(folder, { recursive: true });
    expect(found).toBe("");
  });

  test("silences no finding, holds no expression, no tab, no trailing space and no long line", () => {
    expect(text).toMatch(/^#!\/usr\/bin\/env bash\n# /);
    expect(text).not.toMatch(/shellcheck\s+disable|\$\{\{|\t|\r| \n|\n\n\n/);
    expect(text.split("\n").filter(line => line.length > 120)).toEqual([]);
  });
});

// A library has no options of its own: it stands behind those of the script that includes it.
test.for(scripts.filter(script => !script.includes("/lib/")))("shellcheck: %s stops at the first error", script => {
  expect(readFileSync(join(root, script), "utf8")).toMatch(/^set -euo pipefail$/m);
});
