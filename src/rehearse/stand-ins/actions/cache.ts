import { existsSync } from "node:fs";
import { recordAction } from "../journal.ts";
import {
  flag,
  info,
  inWorkspace,
  lines,
  Refusal,
  requiredInput,
  saveState,
  setOutput,
  state,
  warn,
} from "../toolkit.ts";
import { findEntry, restoreEntry, saveEntry } from "./cache-store.ts";

const MAX_KEY = 512;
const MAX_KEYS = 10;

const checkKey = (key: string): string => {
  if (key.length > MAX_KEY)
    throw new Refusal(`Key Validation Error: ${key} cannot be larger than ${MAX_KEY} characters.`);
  if (key.includes(",")) throw new Refusal(`Key Validation Error: ${key} cannot contain commas.`);
  return key;
};

/** Paths as the step names them; they are part of what an entry is found by. */
const readPaths = (): readonly string[] => {
  requiredInput("path");
  const paths = lines("path");
  const pattern = paths.find(path => /^!|[*?[\]{}]/.test(path));
  if (pattern !== undefined)
    throw new Refusal(`A rehearsal caches files and folders, and knows no patterns: name the folder of ${pattern}`);
  return paths;
};

const restore = (): void => {
  const key = checkKey(requiredInput("key"));
  const restoreKeys = lines("restore-keys").map(checkKey);
  if (restoreKeys.length >= MAX_KEYS)
    throw new Refusal(`Key Validation Error: Keys are limited to a maximum of ${MAX_KEYS}.`);
  const paths = readPaths();
  setOutput("cache-primary-key", key);
  saveState("key", key);
  const entry = findEntry(paths, [key, ...restoreKeys]);
  recordAction({ kind: "cache-restore", key, matched: entry?.key ?? null });
  if (!entry) {
    if (flag("fail-on-cache-miss", false))
      throw new Refusal(`Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: ${key}`);
    info(`Cache not found for input keys: ${[key, ...restoreKeys].join(", ")}`);
    return;
  }
  if (!flag("lookup-only", false)) restoreEntry(entry, paths);
  saveState("matched", entry.key);
  setOutput("cache-matched-key", entry.key);
  setOutput("cache-hit", entry.key === key);
  info(`Cache restored from key: ${entry.key}`);
};

const save = (key: string): void => {
  if (state("matched") === key) {
    info(`Cache hit occurred on the primary key ${key}, not saving cache.`);
    return;
  }
  const paths = readPaths();
  const present = paths.filter(path => existsSync(inWorkspace(path)));
  if (present.length === 0)
    warn(
      "Path Validation Error: Path(s) specified in the action for caching do(es) not exist, hence no cache is being saved.",
    );
  const saved = present.length > 0 && saveEntry(key, paths);
  if (present.length > 0 && !saved)
    warn(`Failed to save: Unable to reserve cache with key ${key}, another job may be creating this cache.`);
  if (saved) info(`Cache saved with key: ${key}`);
  recordAction({ kind: "cache-save", key, saved });
};

/** Looks an entry up, and unpacks it. */
export const cacheRestore = { main: restore };

/** Keeps files under a key. A key is never overwritten. */
export const cacheSave = { main: () => save(checkKey(requiredInput("key"))) };

/** Restores in its step, and saves when the job is done. */
export const cache = { main: restore, post: () => save(state("key")) };
