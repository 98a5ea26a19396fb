import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { attempt, run } from "../child.ts";
import { need } from "../environment.ts";
import { readJson } from "../shared-file.ts";
import { inWorkspace, Refusal } from "../toolkit.ts";

/** A saved entry: a folder with an archive of each path, and what this says. */
interface Entry {
  readonly key: string;
  /** The paths as they were named: an entry is found by the same ones only. */
  readonly paths: readonly string[];
  readonly created: number;
  /** Where the workspace and the home folder were. */
  readonly places: Places;
}

interface Places {
  readonly workspace: string;
  readonly home: string;
}

/** An entry and the folder that holds it. */
interface Found extends Entry {
  readonly folder: string;
}

const NOTE = "entry.json";
const places = (): Places => ({ workspace: need("GITHUB_WORKSPACE"), home: homedir() });
const archive = (folder: string, index: number): string => join(folder, `${index}.tar`);
const samePaths = (a: readonly string[], b: readonly string[]): boolean => a.join("\n") === b.join("\n");

/** Newest first. A folder without its note is one that is being written. */
const entries = (paths: readonly string[]): readonly Found[] => {
  const store = need("REHEARSAL_CACHE");
  const names = existsSync(store) ? readdirSync(store) : [];
  return names
    .flatMap(name => {
      const folder = join(store, name);
      const entry = readJson<Entry | undefined>(join(folder, NOTE), undefined);
      return entry && samePaths(entry.paths, paths) ? [{ ...entry, folder }] : [];
    })
    .sort((a, b) => b.created - a.created);
};

/** The entry of the first key; else the newest that begins with one of the keys, in their order. */
export const findEntry = (paths: readonly string[], keys: readonly string[]): Found | undefined => {
  const candidates = entries(paths);
  return (
    candidates.find(({ key }) => key === keys[0]) ??
    keys.flatMap(prefix => candidates.filter(({ key }) => key.startsWith(prefix)))[0]
  );
};

/** Keeps the paths under a key, unless there is an entry of that key. Renaming makes it appear whole. */
export const saveEntry = (key: string, paths: readonly string[]): boolean => {
  const store = need("REHEARSAL_CACHE");
  const name = createHash("sha256")
    .update([key, ...paths].join("\n"))
    .digest("hex")
    .slice(0, 32);
  if (existsSync(join(store, name))) return false;
  const draft = join(store, `draft-${randomUUID()}`);
  mkdirSync(draft, { recursive: true });
  paths.forEach((path, index) => {
    const full = inWorkspace(path);
    if (existsSync(full)) pack(full, archive(draft, index));
  });
  const entry: Entry = { key, paths, created: Date.now(), places: places() };
  writeFileSync(join(draft, NOTE), JSON.stringify(entry));
  try {
    renameSync(draft, join(store, name));
    return true;
  } catch {
    // Another job saved the same key meanwhile.
    rmSync(draft, { recursive: true, force: true });
    return false;
  }
};

/** tar ends with 1 where a file changed meanwhile, if only its number of links: uv's cache, which other jobs install from, has the same file. */
const pack = (path: string, file: string): void => {
  const { code, err } = attempt("tar", ["-cf", file, "-C", dirname(path), basename(path)]);
  if (code > 1) throw new Refusal(`tar: ${err.trim()}`);
};

/** Unpacks an entry where its paths are now. */
export const restoreEntry = (entry: Found, paths: readonly string[]): void => {
  const moved = relocation(entry.places, places());
  paths.forEach((path, index) => {
    const file = archive(entry.folder, index);
    if (!existsSync(file)) return;
    const full = inWorkspace(path);
    mkdirSync(dirname(full), { recursive: true });
    run("tar", ["-xf", file, "-C", dirname(full)]);
    if (moved) relocate(full, moved);
  });
};

/** A hosted runner has the same paths in every run; here they differ, and a virtual environment is full of them. */
const relocation = (from: Places, to: Places): ((text: string) => string) | undefined => {
  const swaps = new Map(
    [[from.workspace, to.workspace] as const, [from.home, to.home] as const].filter(
      ([before, after]) => before !== after,
    ),
  );
  if (swaps.size === 0) return undefined;
  const longestFirst = [...swaps.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(
    longestFirst.map(path => `${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w.-])`).join("|"),
    "g",
  );
  return text => text.replace(pattern, path => swaps.get(path) ?? path);
};

/** Files that name their own place: scripts, and what pip notes about packages installed from a folder. */
const NAMES_ITS_PLACE = /^pyvenv\.cfg$|\.(?:pth|egg-link)$|^direct_url\.json$|^__editable__/;
const LARGEST = 2 ** 20;

const relocate = (path: string, moved: (text: string) => string): void => {
  const status = lstatSync(path);
  if (status.isDirectory()) for (const name of readdirSync(path)) relocate(join(path, name), moved);
  else if (status.isSymbolicLink()) relocateLink(path, moved);
  else if (basename(dirname(path)) === "bin" || NAMES_ITS_PLACE.test(basename(path))) relocateText(path, moved);
};

const relocateLink = (path: string, moved: (text: string) => string): void => {
  const target = readlinkSync(path);
  if (moved(target) === target) return;
  unlinkSync(path);
  symlinkSync(moved(target), path);
};

const relocateText = (path: string, moved: (text: string) => string): void => {
  if (statSync(path).size > LARGEST) return;
  const bytes = readFileSync(path);
  if (bytes.includes(0)) return;
  const text = bytes.toString("utf8");
  if (moved(text) !== text) writeFileSync(path, moved(text));
};
