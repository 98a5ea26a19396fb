import type { Ignore } from "ignore";
import ignore from "ignore";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import { dvcPlaces } from "./files.ts";
import type { Hiding } from "./git-ignore.ts";
import { hiddenByGit } from "./git-ignore.ts";
import { foldersOf } from "./paths.ts";

/** Whether a `.dvcignore` makes DVC leave a path alone. https://doc.dvc.org/user-guide/project-structure/dvcignore-files */
export const dvcIgnore =
  (repository: RepositoryContents): ((path: string) => boolean) =>
  path =>
    around(path).some(([part, isFolder]) => ignoredBy(repository, part, isFolder) !== undefined);

/** The pattern, of a `.gitignore` or a `.dvcignore`, for which DVC does not see one of its own files: a `dvc.yaml` or a `.dvc` file. */
export const hidingOf = (repository: RepositoryContents, file: string): Hiding | undefined => {
  const root = dvcPlaces(repository).rootOf(file);
  for (const [part, isFolder] of around(file)) {
    // What is above a DVC repository it does not look at.
    if (part === root || root.startsWith(`${part}/`)) continue;
    const found = isFolder
      ? hidingOfFolder(repository, part)
      : (ignoredBy(repository, part, false) ?? hiddenByGit(repository, part, false));
    if (found) return found;
  }
  return undefined;
};

const hidingOfFolder = remembered(
  (repository, folder): Hiding | undefined =>
    ignoredBy(repository, folder, true) ?? hiddenByGit(repository, folder, true),
);

/** The folders around a path, outermost first, and the path itself. */
const around = (path: string): readonly (readonly [part: string, isFolder: boolean])[] => [
  ...[...foldersOf(path)].reverse().map(folder => [folder, true] as const),
  [path, false] as const,
];

/** The file that is nearest to a path decides, if it says anything of it. */
const ignoredBy = (repository: RepositoryContents, path: string, isFolder: boolean): Hiding | undefined => {
  for (const folder of [...foldersOf(path), "."]) {
    const patterns = patternsIn(repository, folder);
    if (!patterns) continue;
    const name = folder === "." ? path : path.slice(folder.length + 1);
    const { ignored, unignored, rule } = patterns.ignore.test(isFolder ? `${name}/` : name);
    if (unignored) return undefined;
    if (!ignored) continue;
    const pattern = rule?.pattern ?? "";
    const line = patterns.lines.lastIndexOf(pattern) + 1;
    return { pattern, spot: { file: patterns.file, ...(line > 0 ? { line } : {}) } };
  }
  return undefined;
};

interface DvcIgnoreFile {
  readonly file: string;
  readonly lines: readonly string[];
  readonly ignore: Ignore;
}

const patternsIn = remembered((repository, folder): DvcIgnoreFile | undefined => {
  const file = folder === "." ? ".dvcignore" : `${folder}/.dvcignore`;
  const text = repository.text(file);
  if (text === undefined) return undefined;
  const lines = text.split(/\r?\n/).map(line => line.trim());
  return { file, lines, ignore: ignore({ ignorecase: false }).add(lines) };
});
