import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { need } from "../environment.ts";

/** The folder of an artifact. */
export const artifactFolder = (name: string): string => join(need("REHEARSAL_ARTIFACTS"), name);

/** The names of this run's artifacts. One that is being written has a dot in front. */
export const artifactNames = (): readonly string[] => {
  const store = need("REHEARSAL_ARTIFACTS");
  return existsSync(store)
    ? readdirSync(store)
        .filter(name => !name.startsWith("."))
        .sort()
    : [];
};

/** The number GitHub would give an artifact; here it follows from the name. */
export const artifactId = (name: string): string => String(createHash("sha256").update(name).digest().readUInt32BE(0));

/** Every file below a folder, relative to it, sorted. */
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => statSync(join(entry.parentPath, entry.name)).isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
