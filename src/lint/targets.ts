import { join, relative, resolve, sep } from "node:path";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import type { Files } from "../host/host.ts";
import { kindBehindLinks } from "../host/links.ts";

/** Where GitHub looks for workflows. */
const WORKFLOWS = ".github/workflows";

/**
 * The files to look at, absolute and without doubles: each file named, and in each folder what GitHub would read there, or else
 * every YAML file below it. `cwd`: what the names are relative to; `root`: the repository, if there is one.
 */
export const findTargets = (
  names: readonly string[],
  { cwd, root, files }: { readonly cwd: string; readonly root: string | undefined; readonly files: Files },
): Result<readonly string[]> => {
  const problems: Diagnostic[] = [];
  const found = new Set<string>();
  for (const name of names.length > 0 ? names : [join(root ?? cwd, WORKFLOWS)]) {
    const path = resolve(cwd, name);
    const kind = kindBehindLinks(files, path);
    const inside = kind === "directory" ? inFolder(path, files) : [path];
    if (kind === "other" || (kind === undefined && names.length > 0)) problems.push(missing(name, kind));
    else if (kind === undefined || inside.length === 0) problems.push(empty(relative(cwd, path) || "."));
    else for (const file of inside) found.add(file);
  }
  return problems.length > 0 ? failure(...problems) : success([...found]);
};

const inFolder = (folder: string, files: Files): readonly string[] => {
  const workflows = join(folder, WORKFLOWS);
  if (kindBehindLinks(files, workflows) === "directory") return yamlFiles(workflows, files, false);
  // GitHub reads no folder inside of this one.
  return yamlFiles(folder, files, !folder.endsWith(join(sep, WORKFLOWS)));
};

const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules"]);

const yamlFiles = (folder: string, files: Files, deep: boolean): readonly string[] =>
  files.list(folder).flatMap(name => {
    const path = join(folder, name);
    const kind = files.kind(path);
    if (kind === "directory") return deep && !SKIPPED.has(name) ? yamlFiles(path, files, deep) : [];
    return /\.ya?ml$/i.test(name) ? [path] : [];
  });

const missing = (name: string, kind: "other" | undefined): Diagnostic => ({
  code: "usage/no-such-file",
  severity: "error",
  message: `${JSON.stringify(name)} is ${kind === undefined ? "not there" : "no regular file"}`,
  hint: "name workflow files, or folders that hold some, relative to the working directory",
});

const empty = (name: string): Diagnostic => ({
  code: "usage/nothing-to-lint",
  severity: "error",
  message: `there is no workflow in ${name}`,
  hint: `GitHub reads *.yml and *.yaml in ${WORKFLOWS}; name other files or folders to look at those`,
});
