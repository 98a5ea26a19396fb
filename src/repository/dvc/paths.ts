import { posix } from "node:path";

/** A path as written in a file of a folder, relative to the repository; `undefined` where it leads out of it or is an address. */
export const pathIn = (folder: string, written: string): string | undefined => {
  // `s3://…`, `remote://…`, a drive of Windows.
  if (written === "" || posix.isAbsolute(written) || /^[~\\]|^[A-Za-z][\w+.-]*:[/\\]/.test(written)) return undefined;
  const path = posix.join(folder, written).replace(/\/$/, "");
  return path === ".." || path.startsWith("../") ? undefined : path || ".";
};

/** Whether a path is a folder's, or is the folder itself; both are relative to the same. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === "." || path === folder || path.startsWith(`${folder}/`);

/** Whether a path is one of these, or in one of these folders. */
export const isIn = (path: string, folders: { has(path: string): boolean }): boolean => {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
    if (folders.has(path.slice(0, end))) return true;
  return false;
};

/** The folders around a path, innermost first, without the repository itself. */
export const foldersOf = (path: string): readonly string[] => {
  const folders: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) folders.push(path.slice(0, end));
  return folders;
};
