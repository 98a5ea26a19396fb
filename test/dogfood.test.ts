import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

test("this repository: its committed workflows are those its own config means", async () => {
  const { exitCode, all } = await execa("node", ["dist/bin.js", "check", "--format", "human"], {
    cwd: root,
    all: true,
    reject: false,
  });
  expect(exitCode, all).toBe(0);
});
