import { posix } from "node:path";
import { remembered } from "../remembered.ts";
import { foldersOf } from "./paths.ts";

/** Where DVC's files are. */
export interface DvcPlaces {
  /** The folders that have a `dvc.yaml`. */
  readonly projects: readonly string[];
  /** Every `.dvc` file. */
  readonly files: readonly string[];
  /** The folder of the DVC repository that a path belongs to: the nearest one with a `.dvc` folder. */
  readonly rootOf: (path: string) => string;
}

/** Looks through the names of a repository once. */
export const dvcPlaces = (repository: Parameters<typeof places>[0]): DvcPlaces => places(repository, ".");

const places = remembered((repository): DvcPlaces => {
  const projects: string[] = [];
  const files: string[] = [];
  const roots = new Set<string>();
  for (const file of repository.files) {
    if (file === "dvc.yaml" || file.endsWith("/dvc.yaml")) projects.push(posix.dirname(file));
    else if (file.endsWith(".dvc") && !file.endsWith("/.dvc")) files.push(file);
    else if (/(?:^|\/)\.dvc\/(?:config|\.gitignore)$/.test(file)) roots.add(posix.dirname(posix.dirname(file)));
  }
  const rootOf = (path: string) => [path, ...foldersOf(path)].find(folder => roots.has(folder)) ?? ".";
  return { projects, files, rootOf };
});
