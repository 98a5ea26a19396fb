import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { SourceProblem } from "../source-problem.ts";
import { itemsAt, textAt, tomlFile } from "../toml.ts";
import { packageName } from "./requirement.ts";

/** What a lock file of uv, Poetry or PDM fixes: package → versions, several where they depend on the machine. */
export interface PackageLock {
  readonly file: string;
  readonly versions: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly SourceProblem[];
}

/** The lock file of a project: in its folder, or above it, where a workspace has its own. */
export const packageLock: (repository: RepositoryContents, folder: string) => PackageLock | undefined = remembered(
  (repository, folder) => {
    for (let at = folder; ; at = posix.dirname(at)) {
      for (const name of at === folder ? FILES : WORKSPACE_FILES) {
        const file = posix.join(at, name);
        const reading = tomlFile(repository, file);
        if (!reading) continue;
        const versions = new Map<string, string[]>();
        for (const entry of itemsAt(reading.value, "package")) {
          const [locked, version] = [textAt(entry, "name")?.value, textAt(entry, "version")?.value];
          if (locked === undefined || version === undefined) continue;
          versions.set(packageName(locked), [...(versions.get(packageName(locked)) ?? []), version]);
        }
        return { file, versions, problems: reading.problems };
      }
      if (at === ".") return undefined;
    }
  },
);

const WORKSPACE_FILES: readonly string[] = ["uv.lock"];
const FILES: readonly string[] = [...WORKSPACE_FILES, "poetry.lock", "pdm.lock"];

/** The version of a package that the project's lock file fixes; `undefined` where there is none, or it depends on the machine. */
export const lockedVersion = (repository: RepositoryContents, folder: string, name: string): string | undefined => {
  const versions = packageLock(repository, folder)?.versions.get(packageName(name));
  return versions?.length === 1 ? versions[0] : undefined;
};
