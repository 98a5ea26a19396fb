import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Files } from "../host/host.ts";
import { realPath } from "../host/links.ts";
import { hash, type ResolvedPackage } from "./script-cache.ts";

/**
 * The file a name such as `lodash`, `#internal` or an alias of tsconfig.json leads to, seen from the file that imports it.
 * jiti knows the rules: conditions of packages, extensions, `paths` of the nearest tsconfig.json.
 */
export const resolvePackage = async (specifier: string, importer: string): Promise<string | undefined> => {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(importer, {
    tsconfigPaths: true,
    fsCache: false,
    moduleCache: false,
    // Only resolution is asked of it; without this it would look for its own compiler.
    transform: ({ source }) => ({ code: source }),
  });
  try {
    const found = jiti.esmResolve(specifier, { try: true });
    if (found === undefined) return undefined;
    return realPath(found.startsWith("file:") ? fileURLToPath(found) : found);
  } catch {
    return undefined;
  }
};

/**
 * The files whose unchanged text proves that a package still resolves to the same file. Undefined where there is no such proof:
 * an alias, a link, or a package that does not list its `exports`, where a new file could change the answer.
 */
export const witnessesOf = (
  files: Files,
  specifier: string,
  importer: string,
  resolved: string,
): ResolvedPackage["witnesses"] | undefined => {
  const name = /^(?:@[^/]+\/)?[^/@#][^/]*/.exec(specifier)?.[0];
  if (name === undefined) return undefined;
  const witnesses: (readonly [string, string | null])[] = [];
  const witness = (path: string): string | undefined => {
    const bytes = files.kind(path) === undefined ? undefined : files.read(path);
    witnesses.push([path, bytes === undefined ? null : hash(bytes)]);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };

  let scoped = false;
  let tsconfig: string | undefined;
  let manifest: string | undefined;
  for (let folder = dirname(importer); ; folder = dirname(folder)) {
    if (!scoped) scoped = witness(join(folder, "package.json")) !== undefined;
    tsconfig ??= witness(join(folder, "tsconfig.json"));
    if (manifest === undefined) {
      const home = join(folder, "node_modules", name);
      manifest = witness(join(home, "package.json"));
      if (manifest !== undefined && (realPath(home) !== home || !resolved.startsWith(`${home}${sep}`)))
        return undefined;
    }
    if (dirname(folder) === folder) break;
  }
  if (manifest === undefined || !manifest.includes('"exports"')) return undefined;
  if (tsconfig !== undefined && /"(?:extends|paths|baseUrl)"/.test(tsconfig)) return undefined;
  return witnesses;
};

/** Whether every witness still says the same. */
export const stillHolds = (files: Files, { path, witnesses }: ResolvedPackage): boolean =>
  files.kind(path) === "file" &&
  witnesses.every(([file, expected]) => {
    const present = files.kind(file) !== undefined;
    return expected === null ? !present : present && hash(files.read(file)) === expected;
  });
