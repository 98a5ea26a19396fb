import type { RepositoryContents } from "../contents.ts";

/** What a repository knows of a Python module. */
export type ModuleState =
  | { readonly kind: "found" }
  /** Its package is here, the module is not; `package`: the folder of the innermost part that is there. */
  | { readonly kind: "missing"; readonly package: string; readonly siblings: readonly string[] }
  /** A package that `python -m` cannot run. */
  | { readonly kind: "no-main"; readonly package: string };

/** Looks for a module in the folders Python imports from; `undefined` where its package is not the repository's own. */
export const findModule = (
  repository: RepositoryContents,
  roots: readonly string[],
  module: string,
): ModuleState | undefined => {
  const parts = module.split(".");
  const own = roots.filter(root => isPackage(repository, inFolder(root, parts[0] as string)));
  if (own.length === 0) return undefined;
  for (const root of own) {
    const path = inFolder(root, parts.join("/"));
    if (isModule(repository, path) || repository.has(`${path}/__main__.py`)) return { kind: "found" };
  }
  for (const root of own) {
    const path = inFolder(root, parts.join("/"));
    if (isPackage(repository, path)) return { kind: "no-main", package: path };
  }
  // A folder on the way without `__init__.py` may have parts elsewhere.
  const root = own[0] as string;
  let depth = 1;
  while (depth < parts.length - 1 && repository.has(inFolder(root, parts.slice(0, depth + 1).join("/")))) depth += 1;
  const folder = inFolder(root, parts.slice(0, depth).join("/"));
  return { kind: "missing", package: folder, siblings: modulesIn(repository, folder, parts.slice(0, depth).join(".")) };
};

const inFolder = (folder: string, path: string): string => (folder === "." ? path : `${folder}/${path}`);

const isPackage = (repository: RepositoryContents, path: string): boolean => repository.has(`${path}/__init__.py`);

/** Source, compiled code, or what it is compiled from. */
const isModule = (repository: RepositoryContents, path: string): boolean =>
  repository.has(`${path}.py`) ||
  ["pyx", "so", "pyd", "c", "cpp", "rs"].some(ending => repository.has(`${path}.${ending}`));

const modulesIn = (repository: RepositoryContents, folder: string, prefix: string): readonly string[] =>
  repository.files.flatMap(file => {
    if (!file.startsWith(`${folder}/`) || !file.endsWith(".py") || file.endsWith("__init__.py")) return [];
    return [`${prefix}.${file.slice(folder.length + 1, -3).replaceAll("/", ".")}`];
  });

/**
 * The file that Python runs or imports for a module, or the folder of a package without `__init__.py`; absent where it is not the
 * repository's own.
 */
export const moduleFile = (
  repository: RepositoryContents,
  roots: readonly string[],
  module: string,
): string | undefined => {
  for (const root of roots) {
    const path = inFolder(root, module.replaceAll(".", "/"));
    const file = [`${path}/__init__.py`, `${path}.py`].find(candidate => repository.has(candidate));
    if (file !== undefined) return file;
  }
  return roots.map(root => inFolder(root, module.replaceAll(".", "/"))).find(path => repository.has(path));
};

/** The same for `python -m module`, which runs the `__main__.py` of a package. */
export const mainFile = (
  repository: RepositoryContents,
  roots: readonly string[],
  module: string,
): string | undefined => {
  for (const root of roots) {
    const path = inFolder(root, module.replaceAll(".", "/"));
    const file = [`${path}/__main__.py`, `${path}.py`].find(candidate => repository.has(candidate));
    if (file !== undefined) return file;
  }
  return undefined;
};
