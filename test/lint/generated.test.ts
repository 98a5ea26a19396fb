import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeHost } from "../../src/host/node.ts";
import { lintFile } from "../../src/lint/lint.ts";
import { rules } from "../../src/lint/rules/index.ts";
import type { RepositoryContents } from "../../src/repository/contents.ts";
import { readContents } from "../../src/repository/contents.ts";

const root = join(import.meta.dirname, "../..");

/** The findings in the workflows of a folder. */
const findingsIn = async (folder: string, repository: RepositoryContents | undefined): Promise<readonly string[]> => {
  const names = readdirSync(join(root, folder)).filter(name => name.endsWith(".yaml"));
  expect(names.length).toBeGreaterThan(0);
  const found: string[] = [];
  for (const name of names) {
    // As it lies in the repository that it is generated for.
    const file = { path: `.github/workflows/${name}`, bytes: readFileSync(join(root, folder, name)) };
    for (const { line, code, message } of await lintFile(file, rules, repository))
      found.push(`${folder}/${name}:${line} ${code} ${message}`);
  }
  return found;
};

test("generated workflows: this repository's own have no finding, nor anything missing in it", async () => {
  expect(await findingsIn(".github/workflows", await readContents(root, nodeHost().files))).toEqual([]);
});

const cases = readdirSync(join(root, "test/golden"), { withFileTypes: true }).filter(entry => entry.isDirectory());

test.for(cases.map(({ name }) => name))("generated workflows: those of %s have no finding", async name => {
  // They are for repositories that are not here.
  expect(await findingsIn(`test/golden/${name}`, undefined)).toEqual([]);
});
