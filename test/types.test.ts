import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const folder = join(import.meta.dirname, "types");
const files = readdirSync(folder).sort();
const DIRECTIVE = /^ *\/\/ @ts-expect-error .+$/;

const work = mkdtempSync(join(tmpdir(), "types-"));
afterAll(() => rmSync(work, { recursive: true }));

const tsc = (...args: readonly string[]) =>
  execa(join(root, "node_modules/.bin/tsc"), ["--noEmit", "--pretty", "false", ...args], { cwd: root, reject: false });

test("types: the project compiles, so every line that must not compile does not", async () => {
  const { stdout, exitCode } = await tsc();
  expect(stdout).toBe("");
  expect(exitCode).toBe(0);
});

test("types: without its directive, each such line and no other is an error", async () => {
  const expected = files.flatMap(file => {
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    writeFileSync(
      join(work, file),
      lines.map(line => (DIRECTIVE.test(line) ? "" : line.replace("../../src/", `${root}/src/`))).join("\n"),
    );
    return lines.flatMap((line, index) => (DIRECTIVE.test(line) ? [`${file}:${index + 2}`] : []));
  });
  writeFileSync(
    join(work, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions: { typeRoots: [join(root, "node_modules/@types")], rootDir: "/" },
      include: [],
      files: [...files, join(root, "templates/scripts/scripts.d.ts")],
    }),
  );
  const { stdout } = await tsc("--project", work);
  const found = [...stdout.matchAll(/^(?:.*\/)?([^/(]+)\((\d+),\d+\): error TS/gm)].map(
    ([, file, line]) => `${file}:${line}`,
  );
  expect([...new Set(found)].sort()).toEqual(expected.sort());
  expect(expected.length).toBeGreaterThan(40);
});
