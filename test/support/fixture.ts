import { cpSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { Repository } from "./repo.ts";
import { emptyFolder, repository } from "./repo.ts";

/** Whole small repositories, a folder each. */
export const FIXTURES = join(import.meta.dirname, "../repositories");

export const fixtureNames: readonly string[] = readdirSync(FIXTURES, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name);

/** Files that would act on this project's own git where they are stored: only the copy has them under their real names. */
const DOTTED = ["gitignore", "gitattributes", "dvcignore"];

const copiedAs = (path: string): string =>
  DOTTED.includes(basename(path)) ? join(dirname(path), `.${basename(path)}`) : path;

/** A repository of `test/repositories`, committed, in a folder of its own that has its name. */
export const fixture = (name: string): Repository => {
  const repo = repository({}, join(emptyFolder(), name));
  const source = join(FIXTURES, name);
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    const path = relative(source, join(entry.parentPath, entry.name));
    if (entry.isFile() && !path.includes("__pycache__")) cpSync(join(source, path), repo.at(copiedAs(path)));
  }
  repo.commit();
  return repo;
};
