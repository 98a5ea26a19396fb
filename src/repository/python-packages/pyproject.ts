import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { SourceProblem, Spot } from "../source-problem.ts";
import type { TomlNode, TomlTable } from "../toml.ts";
import { entriesAt, itemsAt, nodeAt, textAt, textsAt, tomlFile } from "../toml.ts";
import { poetryRange, poetryRequirements } from "./poetry.ts";
import type { Requirement } from "./requirement.ts";
import { packageName, readRequirement } from "./requirement.ts";
import { requirements } from "./requirements.ts";

/** A Python project as its `pyproject.toml` declares it. https://packaging.python.org/en/latest/specifications/pyproject-toml/ */
export interface Pyproject {
  readonly file: string;
  /** In the form in which names are compared. */
  readonly name?: string;
  /** Ranges of Python versions it works with. */
  readonly requiresPython?: { readonly text: string; readonly spot: Spot };
  readonly dependencies: readonly Requirement[];
  /** What each extra adds. */
  readonly optional: ReadonlyMap<string, readonly Requirement[]>;
  /** What each group of development dependencies adds; those of Poetry, uv and PDM too. */
  readonly groups: ReadonlyMap<string, readonly Requirement[]>;
  /** Groups that Poetry installs only on demand. */
  readonly optionalGroups: ReadonlySet<string>;
  /** Whether these lists are all that it depends on: nothing is computed by its build, and each of them can be read. */
  readonly isComplete: boolean;
  /** What manages it. */
  readonly tool: ProjectTool;
  /** The names of its `[tool.…]` tables. */
  readonly tools: ReadonlySet<string>;
  /** The packages that build it, by name; `undefined`: it does not say. */
  readonly buildRequires: readonly string[] | undefined;
  /** Whether pip can install it as a project of its own. */
  readonly isPackage: boolean;
  readonly document: TomlTable;
  readonly problems: readonly SourceProblem[];
}

export type ProjectTool = "poetry" | "uv" | "pdm" | "hatch" | "flit" | "setuptools" | "other";

/** The `pyproject.toml` of a folder; `undefined` where there is none. */
export const pyproject: (repository: RepositoryContents, folder: string) => Pyproject | undefined = remembered(
  (repository, folder) => {
    const file = posix.join(folder, "pyproject.toml");
    const reading = tomlFile(repository, file);
    if (!reading) return undefined;
    const { value: document, problems } = reading;
    const reader = new Reader(repository, folder);
    const name = textAt(document, "project", "name") ?? textAt(document, "tool", "poetry", "name");
    const requiresPython = pythonRange(document);
    const declared = {
      dependencies: reader.dependencies(document),
      optional: reader.optional(document),
      groups: reader.groups(document),
    };
    return {
      file,
      ...(name && { name: packageName(name.value) }),
      ...(requiresPython && { requiresPython }),
      ...declared,
      optionalGroups: new Set(
        entriesAt(document, "tool", "poetry", "group").flatMap(([group, table]) => {
          const optional = nodeAt(table, "optional");
          return optional?.kind === "other" && optional.value === true ? [packageName(group)] : [];
        }),
      ),
      isComplete: reader.isComplete && problems.length === 0,
      tool: toolOf(repository, folder, document),
      tools: new Set(entriesAt(document, "tool").map(([tool]) => tool)),
      buildRequires: nodeAt(document, "build-system", "requires") && [
        ...new Set(requirementsIn(textsAt(document, "build-system", "requires")).map(one => one.name)),
      ],
      isPackage: isPackage(document),
      document,
      problems,
    };
  },
);

/** What a project asks for with these extras, which may name the project itself again. */
export const withExtras = (project: Pyproject, extras: readonly string[]): readonly Requirement[] => {
  const found: Requirement[] = [...project.dependencies];
  const seen = new Set<string>();
  const next = [...extras];
  for (let extra = next.pop(); extra !== undefined; extra = next.pop()) {
    if (seen.has(extra)) continue;
    seen.add(extra);
    for (const requirement of project.optional.get(extra) ?? []) {
      if (requirement.name === project.name) next.push(...requirement.extras);
      else found.push(requirement);
    }
  }
  return found;
};

class Reader {
  isComplete = true;
  readonly #repository: RepositoryContents;
  readonly #folder: string;

  constructor(repository: RepositoryContents, folder: string) {
    this.#repository = repository;
    this.#folder = folder;
  }

  dependencies(document: TomlTable): readonly Requirement[] {
    return [
      ...this.#list(nodeAt(document, "project", "dependencies")),
      ...this.#dynamic(document, "dependencies", nodeAt(document, "tool", "setuptools", "dynamic", "dependencies")),
      ...this.#poetry(nodeAt(document, "tool", "poetry", "dependencies")).filter(({ isOptional }) => !isOptional),
    ];
  }

  optional(document: TomlTable): ReadonlyMap<string, readonly Requirement[]> {
    const found = new Map<string, readonly Requirement[]>();
    const add = (extra: string, list: readonly Requirement[]) =>
      found.set(packageName(extra), [...(found.get(packageName(extra)) ?? []), ...list]);
    for (const [extra, list] of entriesAt(document, "project", "optional-dependencies")) add(extra, this.#list(list));
    const dynamic = entriesAt(document, "tool", "setuptools", "dynamic", "optional-dependencies");
    if (isDynamic(document, "optional-dependencies") && dynamic.length === 0) this.isComplete = false;
    for (const [extra, source] of dynamic) add(extra, this.#files(source));
    const own = this.#poetry(nodeAt(document, "tool", "poetry", "dependencies"));
    for (const [extra, list] of entriesAt(document, "tool", "poetry", "extras")) {
      const names = new Set(requirementsIn(textsAt(list)).map(({ name }) => name));
      add(
        extra,
        own.filter(({ name }) => names.has(name)),
      );
    }
    return found;
  }

  groups(document: TomlTable): ReadonlyMap<string, readonly Requirement[]> {
    const found = new Map<string, Requirement[]>();
    const add = (group: string, list: readonly Requirement[]) =>
      found.set(packageName(group), [...(found.get(packageName(group)) ?? []), ...list]);
    const shared = entriesAt(document, "dependency-groups");
    const lists = new Map(shared.map(([group, list]) => [packageName(group), list]));
    for (const group of lists.keys()) add(group, this.#group(group, lists, new Set()));
    add("dev", this.#list(nodeAt(document, "tool", "uv", "dev-dependencies")));
    for (const [group, list] of entriesAt(document, "tool", "pdm", "dev-dependencies")) add(group, this.#list(list));
    add("dev", this.#poetry(nodeAt(document, "tool", "poetry", "dev-dependencies")));
    for (const [group, table] of entriesAt(document, "tool", "poetry", "group"))
      add(group, this.#poetry(nodeAt(table, "dependencies")));
    if (found.get("dev")?.length === 0 && !lists.has("dev")) found.delete("dev");
    return found;
  }

  /** https://peps.python.org/pep-0735/: a group may include others. */
  #group(name: string, lists: ReadonlyMap<string, TomlNode>, on: ReadonlySet<string>): readonly Requirement[] {
    const list = lists.get(name);
    if (!list || on.has(name)) {
      this.isComplete = false;
      return [];
    }
    const inside = new Set([...on, name]);
    return itemsAt(list).flatMap(item => {
      const included = textAt(item, "include-group");
      if (included) return this.#group(packageName(included.value), lists, inside);
      return this.#one(item);
    });
  }

  #list(list: TomlNode | undefined): readonly Requirement[] {
    if (list && list.kind !== "list") this.isComplete = false;
    return itemsAt(list).flatMap(item => this.#one(item));
  }

  #one(item: TomlNode): readonly Requirement[] {
    const found = item.kind === "text" ? readRequirement(item.value, item.spot, item.plainStart) : undefined;
    if (!found) this.isComplete = false;
    return found ? [found] : [];
  }

  #poetry(table: TomlNode | undefined): ReturnType<typeof poetryRequirements>["requirements"] {
    const { requirements: found, isComplete } = poetryRequirements(table);
    if (!isComplete) this.isComplete = false;
    return found;
  }

  /** What is left to the build: setuptools can take it from files, everything else is computed. */
  #dynamic(document: TomlTable, field: string, source: TomlNode | undefined): readonly Requirement[] {
    const isPoetry = nodeAt(document, "tool", "poetry", "dependencies") !== undefined;
    if (!isDynamic(document, field)) {
      // Without a table of its own, an older build says what it needs.
      if (!nodeAt(document, "project") && !isPoetry) this.isComplete = false;
      return [];
    }
    if (source) return this.#files(source);
    if (!isPoetry) this.isComplete = false;
    return [];
  }

  /** https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata */
  #files(source: TomlNode): readonly Requirement[] {
    const one = textAt(source, "file");
    const files = one ? [one] : textsAt(source, "file");
    if (files.length === 0) this.isComplete = false;
    return files.flatMap(({ value }) => {
      const read = requirements(this.#repository, posix.join(this.#folder, value));
      if (!read?.isComplete) this.isComplete = false;
      return read?.requirements ?? [];
    });
  }
}

const requirementsIn = (list: ReturnType<typeof textsAt>): readonly Requirement[] =>
  list.flatMap(({ value, spot, plainStart }) => readRequirement(value, spot, plainStart) ?? []);

const isDynamic = (document: TomlTable, field: string): boolean =>
  textsAt(document, "project", "dynamic").some(({ value }) => value === field);

const pythonRange = (document: TomlTable): Pyproject["requiresPython"] => {
  const declared = textAt(document, "project", "requires-python");
  if (declared) return { text: declared.value, spot: declared.spot };
  const python = nodeAt(document, "tool", "poetry", "dependencies", "python");
  const range = python?.kind === "text" ? poetryRange(python.value) : undefined;
  return python && range !== undefined ? { text: range, spot: python.spot } : undefined;
};

/** Poetry and uv can be told that a project is no package; without a table of its own, setuptools takes what it finds. */
const isPackage = (document: TomlTable): boolean => {
  const says = (...keys: readonly string[]) => {
    const node = nodeAt(document, ...keys);
    return node?.kind === "other" ? node.value : undefined;
  };
  return says("tool", "poetry", "package-mode") !== false && says("tool", "uv", "package") !== false;
};

const BACKENDS: readonly (readonly [string, ProjectTool])[] = [
  ["poetry", "poetry"],
  ["uv_build", "uv"],
  ["pdm", "pdm"],
  ["hatchling", "hatch"],
  ["flit", "flit"],
  ["setuptools", "setuptools"],
];

/** A lock file tells more than a table of settings does, and that more than the backend of the build. */
const toolOf = (repository: RepositoryContents, folder: string, document: TomlTable): ProjectTool => {
  const locks = { "poetry.lock": "poetry", "uv.lock": "uv", "pdm.lock": "pdm" } as const;
  for (const [lock, tool] of Object.entries(locks)) if (repository.has(posix.join(folder, lock))) return tool;
  for (const tool of ["poetry", "uv", "pdm", "hatch", "flit"] as const) if (nodeAt(document, "tool", tool)) return tool;
  const backend = textAt(document, "build-system", "build-backend")?.value;
  if (backend === undefined) return "setuptools";
  return BACKENDS.find(([start]) => backend.startsWith(start))?.[1] ?? "other";
};
