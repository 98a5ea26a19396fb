import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import type { Transformed } from "./module-graph.ts";

/** What another version of this tool has kept is not used; the number is for changes of the transform between versions. */
const VERSION = `${version} 1`;

/** Where a package was found, and the files that say so: path → hash of its text, or null if there must be none. */
export interface ResolvedPackage {
  readonly path: string;
  readonly witnesses: readonly (readonly [path: string, hash: string | null])[];
}

/** Two pure functions remembered between runs: source to code, and package name to file. What a config evaluates to is never kept. */
export interface ScriptCache {
  readonly known: (key: string) => Transformed | undefined;
  readonly learn: (key: string, value: Transformed) => void;
  readonly package: (key: string) => ResolvedPackage | undefined;
  readonly learnPackage: (key: string, value: ResolvedPackage) => void;
  /** Keeps what this run used. The machine may refuse: then the next run is as slow as this one. */
  readonly save: () => void;
}

interface Entry {
  readonly transforms: Readonly<Record<string, Transformed>>;
  readonly packages: Readonly<Record<string, ResolvedPackage>>;
}

export const hash = (...parts: readonly (string | Uint8Array)[]): string => {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part).update("\0");
  return sum.digest("hex");
};

/** The memory of one config: one file, replaced as a whole, so that it cannot grow and parallel runs cannot mix. */
export const openScriptCache = (folder: string | undefined, config: string): ScriptCache => {
  const path = folder === undefined ? undefined : join(folder, `${hash(config).slice(0, 32)}.json`);
  const entry = path === undefined ? EMPTY : read(path);
  const transforms: Record<string, Transformed> = {};
  const packages: Record<string, ResolvedPackage> = {};
  let learned = false;

  const known: ScriptCache["known"] = key => {
    const value = transforms[key] ?? entry.transforms[key];
    if (value !== undefined) transforms[key] = value;
    return value;
  };
  const learn: ScriptCache["learn"] = (key, value) => {
    transforms[key] = value;
    learned = true;
  };
  return {
    known,
    learn,
    package: key => {
      const value = packages[key] ?? entry.packages[key];
      if (value !== undefined) packages[key] = value;
      return value;
    },
    learnPackage: (key, value) => {
      packages[key] = value;
      learned = true;
    },
    save: () => {
      if (path !== undefined && folder !== undefined && learned) write(folder, path, { transforms, packages });
    },
  };
};

const EMPTY: Entry = { transforms: {}, packages: {} };

// The first line is the sum of the second: half a file, or a changed one, is no file.
const seal = (body: string): string => hash(VERSION, body);

const read = (path: string): Entry => {
  try {
    const text = readFileSync(path, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    if (text.slice(0, end) === seal(body)) return JSON.parse(body) as Entry;
  } catch {
    // No memory.
  }
  return EMPTY;
};

const write = (folder: string, path: string, entry: Entry): void => {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const body = JSON.stringify(entry);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, `${seal(body)}\n${body}`, { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The folder itself is at fault.
    }
  }
};
