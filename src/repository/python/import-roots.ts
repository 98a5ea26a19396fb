import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { TomlNode } from "../toml.ts";
import { entriesAt, itemsAt, nodeAt, textAt, textsAt, tomlFile } from "../toml.ts";

/** The folders of a project from which Python imports its code, relative to the repository, in Python's order. */
export const importRoots: (repository: RepositoryContents, folder: string) => readonly string[] = remembered(
  (repository, folder) => {
    const project = tomlFile(repository, posix.join(folder, "pyproject.toml"))?.value;
    const all = [".", "src", ...(project ? rootsIn(project) : [])].map(root =>
      posix.join(folder, root).replace(/\/$/, ""),
    );
    return [...new Set(all)].filter(root => !root.startsWith("..") && (root === "." || repository.has(root)));
  },
);

/** Where the build backend of a project is told to look for packages. */
const rootsIn = (project: TomlNode): readonly string[] => {
  const tool = nodeAt(project, "tool");
  const setuptools = nodeAt(tool, "setuptools");
  return [
    // https://setuptools.pypa.io/en/latest/userguide/package_discovery.html
    ...textsAt(setuptools, "packages", "find", "where").map(({ value }) => value),
    ...[textAt(setuptools, "package-dir", "")].flatMap(root => (root ? [root.value] : [])),
    // https://python-poetry.org/docs/pyproject/#packages
    ...itemsAt(tool, "poetry", "packages").flatMap(item => textAt(item, "from")?.value ?? []),
    // https://hatch.pypa.io/latest/config/build/#packages
    ...textsAt(tool, "hatch", "build", "targets", "wheel", "packages").map(({ value }) => posix.dirname(value)),
    ...entriesAt(tool, "hatch", "build", "targets", "wheel", "sources").map(([source]) => source),
    // https://docs.astral.sh/uv/reference/settings/#build-backend
    ...[textAt(tool, "uv", "build-backend", "module-root")].flatMap(root => (root ? [root.value] : [])),
    ...[textAt(tool, "pdm", "build", "package-dir")].flatMap(root => (root ? [root.value] : [])),
    ...textsAt(tool, "pytest", "ini_options", "pythonpath").map(({ value }) => value),
  ];
};
