import { posix } from "node:path";
import { AT_ROOT } from "./values.ts";

/** A path as a program has it, relative to the repository; `undefined` for one that is elsewhere. */
export const repositoryPath = (path: string, folder: string): string | undefined => {
  const written = path.startsWith(AT_ROOT) ? path.slice(AT_ROOT.length) : posix.join(folder, path);
  if (!path.startsWith(AT_ROOT) && (path.startsWith("/") || path.startsWith("~"))) return undefined;
  if (path === "" || /^[a-z][a-z0-9+.-]+:\/\//i.test(path) || /[\0\n]/.test(written)) return undefined;
  const clean = posix.normalize(written).replace(/(?<=.)\/$/, "");
  return clean === ".." || clean.startsWith("../") ? undefined : clean;
};

/** `a / b`, where an absolute path begins anew. */
export const joined = (...parts: readonly string[]): string =>
  parts.reduce((path, part) => {
    if (part.startsWith("/") || part.startsWith(AT_ROOT)) return part;
    return path === "" || path === "." ? part : `${path.replace(/\/$/, "")}/${part}`;
  });

/** The folder a path is in, as pathlib has it. */
export const parentOf = (path: string): string => {
  if (path.startsWith(AT_ROOT)) return `${AT_ROOT}${posix.dirname(path.slice(AT_ROOT.length))}`;
  return posix.dirname(path);
};

export const nameOf = (path: string): string => posix.basename(path);

/** The last ending with its dot, as pathlib has it. */
export const suffixOf = (path: string): string => posix.extname(path);
