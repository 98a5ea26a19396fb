import { realpathSync, statSync } from "node:fs";
import type { Files, PathKind } from "./host.ts";

/** What a path names once symbolic links are followed: reading a named pipe would never return. */
export const kindBehindLinks = (files: Files, path: string): PathKind => {
  const kind = files.kind(path);
  if (kind !== "symlink") return kind;
  try {
    const target = statSync(path);
    return target.isFile() ? "file" : target.isDirectory() ? "directory" : "other";
  } catch {
    // It leads nowhere, or in a circle.
    return undefined;
  }
};

/** The path without symbolic links; the path itself where files are not on this machine's disk. */
export const realPath = (path: string): string => {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
};
