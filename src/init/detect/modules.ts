import { posix } from "node:path";
import type { RepositoryContents } from "../../repository/contents.ts";
import type { CommandOption } from "../../repository/python/command-line.ts";
import { commandLineOf } from "../../repository/python/program.ts";
import { sourceFile } from "../../repository/python/source.ts";
import type { Expression, Statement } from "../../repository/python/syntax.ts";
import { pathText } from "../../repository/python/values.ts";
import { remembered } from "../../repository/remembered.ts";
import type { Evidence } from "./evidence.ts";
import { inProject, inRepository } from "./evidence.ts";

/** What a Python file says, as far as it is written out in it. */
export interface PythonFile {
  /** Relative to the repository. */
  readonly file: string;
  /** The module or script that `python` is told to run, in the project's folder. */
  readonly target: { readonly kind: "module" | "script"; readonly name: string };
  /** Whether it is made to be run. */
  readonly isProgram: boolean;
  /** Every text in it. */
  readonly texts: ReadonlySet<string>;
  /** The modules it imports. */
  readonly imports: ReadonlySet<string>;
}

/** The Python files of a project that are no tests. */
export const pythonFiles = remembered((repository, folder): readonly PythonFile[] => {
  const files = repository.files.filter(file => {
    const path = inProject(folder, file);
    return path?.endsWith(".py") === true && !ASIDE.test(path);
  });
  return files.slice(0, MOST_FILES).flatMap(file => readFile(repository, folder, file) ?? []);
});

const ASIDE = /(?:^|\/)(?:tests?|\.venv|docs|notebooks|build)\/|(?:^|\/)(?:test_[^/]*|conftest|setup)\.py$/;

/** More than a project has that is written by people. */
const MOST_FILES = 2000;

const readFile = (repository: RepositoryContents, folder: string, file: string): PythonFile | undefined => {
  const source = sourceFile(repository, file);
  if (!source) return undefined;
  const texts = new Set<string>();
  const imports = new Set<string>();
  for (const node of nodesIn(source.statements)) {
    if (node.kind === "constant" && typeof node.value === "string") texts.add(node.value);
    else if (node.kind === "import") for (const { name } of node.names) imports.add(name);
    else if (node.kind === "from") imports.add(node.module);
  }
  return {
    file,
    target: targetOf(repository, folder, file),
    isProgram: texts.has("__main__") || file.endsWith("/__main__.py"),
    texts,
    imports,
  };
};

const targetOf = (repository: RepositoryContents, folder: string, file: string): PythonFile["target"] => {
  const path = inProject(folder, file) as string;
  if (!repository.has(inRepository(posix.dirname(file), "__init__.py"))) return { kind: "script", name: path };
  const within = path.startsWith("src/") ? path.slice(4) : path;
  return {
    kind: "module",
    name: within
      .replace(/\.py$/, "")
      .replaceAll("/", ".")
      .replace(/\.__main__$/, ""),
  };
};

/** Every statement and expression, from the outside in. */
function* nodesIn(value: unknown): Generator<Statement | Expression> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value) && "kind" in value) yield value as Statement | Expression;
  for (const child of Object.values(value)) yield* nodesIn(child);
}

/** A program, or one of its subcommands. */
export interface Callable extends PythonFile {
  /** What stands behind `python`. */
  readonly call: string;
  readonly options: ReadonlyMap<string, CommandOption>;
}

/** What of a project can be called, among the programs whose name or text is of this kind: to follow every program would take long. */
export const callables = (
  { repository, folder }: Pick<Evidence, "repository" | "folder">,
  kind: RegExp,
): readonly Callable[] =>
  pythonFiles(repository, folder)
    .filter(({ isProgram, file }) => isProgram && kind.test(`${file}\n${repository.text(file) ?? ""}`))
    .flatMap(file => {
      const line = commandLineOf(repository, folder, file.target);
      if (!line) return [];
      const { kind, name } = file.target;
      const call = kind === "module" ? `-m ${name}` : name;
      return [
        { ...file, call, options: line.options },
        ...[...line.subcommands].map(([command, { options }]) => ({ ...file, call: `${call} ${command}`, options })),
      ];
    });

/** The path that an option has where it is not given. */
export const fallbackOf = (option: CommandOption | undefined): string | undefined => {
  const text = option && pathText(option.fallback);
  return text !== undefined && /^[\w-]+(?:\/[\w.-]+)*\.\w+$/.test(text) ? text : undefined;
};
