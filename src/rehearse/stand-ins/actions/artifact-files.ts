import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { inWorkspace, Refusal } from "../toolkit.ts";

/** What an artifact will hold: files, and the folder their paths are relative to. */
interface Selection {
  readonly root: string;
  readonly files: readonly string[];
}

const isFolder = (path: string): boolean => statSync(path).isDirectory();

/** Links are followed; one that leads nowhere is left out. Hidden is what is met with a dot at its front. */
const walk = (path: string, hidden: boolean): readonly string[] => {
  if (!existsSync(path) || (!hidden && basename(path).startsWith("."))) return [];
  if (!isFolder(path)) return [path];
  return readdirSync(path).flatMap(name => walk(join(path, name), hidden));
};

const within = (path: string, folder: string): boolean => path !== folder && path.startsWith(`${folder}${sep}`);

const commonFolder = (paths: readonly string[]): string => {
  const [first = [], ...others] = paths.map(path => path.split(sep));
  const end = first.findIndex((part, index) => others.some(other => other[index] !== part));
  return (end < 0 ? first : first.slice(0, end)).join(sep) || sep;
};

/** The files of an artifact's paths, laid out as upload-artifact does. */
export const selectFiles = (paths: readonly string[], hidden: boolean): Selection => {
  const pattern = paths.find(path => /^!|[*?[\]{}]/.test(path));
  if (pattern !== undefined)
    throw new Refusal(`A rehearsal uploads files and folders, and knows no patterns: name the folder of ${pattern}`);
  const full = [...new Set(paths.map(inWorkspace))];
  const searched = full.filter(path => !full.some(other => within(path, other)));
  const files = searched.flatMap(path => walk(path, hidden));
  const [only = ""] = searched;
  if (searched.length > 1) return { root: commonFolder(searched), files };
  return { root: files.length === 1 && files[0] === only ? dirname(only) : only, files };
};
