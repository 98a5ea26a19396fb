import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

const run = (...args: readonly string[]): Promise<{ readonly code: unknown; readonly output: string }> =>
  new Promise(resolve => {
    execFile(process.execPath, [...args], { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, output: `${stdout}${stderr}` }),
    );
  });

/** Files that git tracks, or would. */
const files = (): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    execFile("git", args, { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.split("\0").filter(file => file !== "")),
    );
  });

const read = (file: string): string => {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    // Deleted, and not yet committed as such; or a folder behind a link.
    return "";
  }
};

test("biome finds nothing", async () => {
  const { code, output } = await run(
    "node_modules/@biomejs/biome/bin/biome",
    "ci",
    "--colors=off",
    "--error-on-warnings",
    ".",
  );
  expect(code, output).toBe(0);
});

test("knip finds nothing unused", async () => {
  const { code, output } = await run("node_modules/knip/bin/knip.js", "--treat-config-hints-as-errors");
  expect(code, output).toBe(0);
});

test("the compiler finds nothing", async () => {
  const { code, output } = await run("node_modules/typescript/bin/tsc", "--noEmit");
  expect(code, output).toBe(0);
});

/** Each layer imports from itself and from those above it in this list. */
const layers: readonly (readonly string[])[] = [
  ["package.json", "src/version.ts"],
  ["src/diagnostics", "src/host"],
  ["src/actions", "src/repository"],
  ["src/model"],
  ["src/config", "src/index.ts"],
  ["src/template.ts", "src/render", "src/extend.ts", "src/capabilities.ts", "src/git"],
  ["src/plan.ts", "templates"],
  ["src/drift", "src/lint"],
  ["src/doctor"],
  ["src/init"],
  ["src/project.ts"],
  ["src/rehearse"],
  ["src/commands"],
  ["src/cli"],
  ["src/bin.ts"],
];

const layerOf = (file: string): number => {
  const found = layers.findIndex(areas => areas.some(area => file === area || file.startsWith(`${area}/`)));
  if (found < 0) throw new Error(`${file} is in no layer: add it to the list above`);
  return found;
};

/** Relative imports against the direction, of one file. */
const upward = (file: string, text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*"(\.[^"]+)"/gm)]
    .map(([, target = ""]) => normalize(join(dirname(file), target)))
    .filter(target => layerOf(target) > layerOf(file) || (target.startsWith("templates/") && !mayUseTemplates(file)))
    .map(target => `${file} imports ${target}`);

/** Everything else is handed the list of templates, so that a test can hand another. */
const mayUseTemplates = (file: string): boolean => file === "src/bin.ts" || file.startsWith("templates/");

test("dependencies point one way", async () => {
  const sources = (await files()).filter(file => /^(?:src|templates)\/.*\.ts$/.test(file));
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.flatMap(file => upward(file, read(file)))).toEqual([]);
  expect(upward("src/model/job.ts", 'import { x } from "../render/yaml.ts";')).toHaveLength(1);
  expect(upward("src/plan.ts", 'await import("../templates/index.ts");')).toHaveLength(1);
});

test("nothing is left to do in a comment, and no file names a machine", async () => {
  // In two halves, so that this file does not find itself.
  const todo = new RegExp(`\\b${"TO"}DO\\b|\\b${"FIX"}ME\\b`);
  const machine = new RegExp(`/${"home"}/\\w+/|/${"Users"}/\\w+/|/${"root"}/`);
  const text = (await files()).filter(file => !/\.(?:csv|lock)$|^package-lock\.json$|dvc\.lock$/.test(file));
  expect(text.length).toBeGreaterThan(100);
  const matching = (pattern: RegExp) => text.filter(file => pattern.test(read(file)));
  expect(matching(todo)).toEqual([]);
  expect(matching(machine)).toEqual([]);
  expect(todo.test(`// ${"TO"}DO later`)).toBe(true);
  expect(machine.test(`/${"home"}/someone/project`)).toBe(true);
});

test("every script of the templates is tested under its name", () => {
  const scripts = readdirSync(join(root, "templates/scripts")).filter(name => name.endsWith(".sh"));
  const tests = new Set(readdirSync(join(root, "test/scripts")));
  expect(scripts.length).toBeGreaterThan(10);
  expect(scripts.filter(name => !tests.has(`${basename(name, ".sh")}.test.ts`))).toEqual([]);
});
