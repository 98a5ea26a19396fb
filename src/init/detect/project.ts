import { posix } from "node:path";
import type { RepositoryContents } from "../../repository/contents.ts";
import { dvcPlaces } from "../../repository/dvc/files.ts";
import { isWithin } from "../../repository/dvc/paths.ts";
import type { GitFacts } from "../../repository/git.ts";
import { pyproject } from "../../repository/python-packages/pyproject.ts";
import { inRepository } from "./evidence.ts";

/** Folders whose projects are there to be looked at, not to be delivered. */
const ASIDE: ReadonlySet<string> = new Set(
  "test tests testing testdata fixtures fixture docs doc examples example samples templates third_party vendor".split(
    " ",
  ),
);

/** The folders of the projects that are delivered: those of the `dvc.yaml` files, or of the Python projects around them. */
export const projectFolders = (repository: RepositoryContents): readonly string[] => {
  const pipelines = delivered(dvcPlaces(repository).projects);
  const folders = [...new Set(pipelines.map(folder => projectAround(repository, folder, pipelines)))].sort();
  // A project of the repository itself holds all the others.
  if (folders.includes(".")) return ["."];
  if (folders.length > 0)
    return folders.filter(folder => !folders.some(other => other !== folder && isWithin(folder, other)));
  const [python, ...others] = hasProject(repository, ".")
    ? ["."]
    : delivered(
        repository.files.filter(file => posix.basename(file) === "pyproject.toml").map(file => posix.dirname(file)),
      );
  return python !== undefined && others.length === 0 ? [python] : ["."];
};

const delivered = (folders: readonly string[]): readonly string[] => {
  const chosen = folders.filter(folder => !folder.split("/").some(part => ASIDE.has(part)));
  return chosen.length > 0 ? chosen : folders;
};

/** A `dvc.yaml` in a folder of its own, such as `pipeline/`, may be part of the project around it. */
const projectAround = (repository: RepositoryContents, folder: string, pipelines: readonly string[]): string => {
  for (let at = folder; at !== "."; at = posix.dirname(at)) if (hasProject(repository, at)) return at;
  return hasProject(repository, ".") || (pipelines.length > 1 && pipelines.includes(".")) ? "." : folder;
};

const MARKS = ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", ".dvc/config", ".dvc/.gitignore"];

const hasProject = (repository: RepositoryContents, folder: string): boolean =>
  MARKS.some(mark => repository.has(inRepository(folder, mark)));

/** What a pipeline is called, and why. */
export const projectName = async (
  repository: RepositoryContents,
  git: GitFacts,
  folder: string,
): Promise<{ readonly name: string; readonly reason: string }> => {
  const declared = kebab(pyproject(repository, folder)?.name ?? "");
  if (declared) return { name: declared, reason: `the name is that in \`${inRepository(folder, "pyproject.toml")}\`` };
  if (folder !== ".") {
    const name = kebab(posix.basename(folder));
    if (name) return { name, reason: `the name is that of the folder \`${folder}\`` };
  }
  const remote = kebab(/([^/:]+?)(?:\.git)?\/?$/.exec((await git.remoteUrl()) ?? "")?.[1] ?? "");
  if (remote) return { name: remote, reason: "the name is that of the repository on its git remote" };
  const name = kebab(posix.basename(repository.root));
  return name
    ? { name, reason: "the name is that of the repository's folder" }
    : { name: "model", reason: "nothing tells a name" };
};

/** Words of lower-case letters and digits; absent where none is left. */
const kebab = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 50)
    .replace(/-+$/, "");
