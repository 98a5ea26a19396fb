import type { RepositoryContents } from "./contents.ts";

/** Reads something of a folder once: the contents of a repository do not change during a run. The folder is relative to it. */
export const remembered = <T>(
  read: (repository: RepositoryContents, folder: string) => T,
): ((repository: RepositoryContents, folder: string) => T) => {
  const known = new WeakMap<RepositoryContents, Map<string, T>>();
  return (repository, folder) => {
    const folders = known.get(repository) ?? new Map<string, T>();
    known.set(repository, folders);
    if (!folders.has(folder)) folders.set(folder, read(repository, folder));
    return folders.get(folder) as T;
  };
};
