import { posix } from "node:path";
import { isScalar, parseDocument, visit } from "yaml";
import type { RepositoryContents } from "./contents.ts";

/** One stage, or a group of them; paths are relative to the folder of its file, and templates (`${…}`) are left out. */
export interface DvcStage {
  readonly deps: readonly string[];
  readonly outs: readonly string[];
}

/** The stages of one `dvc.yaml`. */
export interface DvcStages {
  /** The file, relative to the repository. */
  readonly file: string;
  /** As `dvc repro` takes them; of a `foreach` or `matrix` stage, the name before `@`. */
  readonly names: readonly string[];
  readonly stages: ReadonlyMap<string, DvcStage>;
  /** The names that stand for several stages, `name@item` each. */
  readonly groups: ReadonlySet<string>;
  /** What the stages write, relative to the folder of the file. Templates (`${…}`) are left out. */
  readonly outs: ReadonlySet<string>;
  /** Whether paths were left out. */
  readonly hasTemplates: boolean;
}

/**
 * The stages of the `dvc.yaml` in a folder; `undefined` where there is none, or it is broken.
 * https://doc.dvc.org/user-guide/project-structure/dvcyaml-files
 */
export const dvcStages = (repository: RepositoryContents, folder: string): DvcStages | undefined => {
  const known = remembered.get(repository) ?? new Map<string, DvcStages | undefined>();
  remembered.set(repository, known);
  if (!known.has(folder)) known.set(folder, readStages(repository, folder));
  return known.get(folder);
};

/** Contents do not change, and many a command asks for the same stages. */
const remembered = new WeakMap<RepositoryContents, Map<string, DvcStages | undefined>>();

const readStages = (repository: RepositoryContents, folder: string): DvcStages | undefined => {
  const file = folder === "." ? "dvc.yaml" : `${folder}/dvc.yaml`;
  const text = repository.text(file);
  if (text === undefined) return undefined;
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length > 0) return undefined;
  const content: unknown = document.toJS({ maxAliasCount: 1000 });
  const entries = Object.entries(isRecord(content) && isRecord(content.stages) ? content.stages : {});
  const stages = new Map(entries.map(([name, stage]) => [name, stageOf(stage)]));
  const groups = entries.filter(([, stage]) => isRecord(stage) && ("foreach" in stage || "matrix" in stage));
  return {
    file,
    names: [...stages.keys()],
    stages,
    groups: new Set(groups.map(([name]) => name)),
    outs: new Set([...stages.values()].flatMap(({ outs }) => outs)),
    hasTemplates: entries.some(([, stage]) => pathsOf(stage).some(isTemplate)),
  };
};

/** The stages that a reproduction of these goes through, themselves included; names that there are not are left out. */
export const withUpstream = ({ stages }: DvcStages, names: Iterable<string>): ReadonlySet<string> => {
  const found = new Set<string>();
  const next = [...names];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    const stage = stages.get(name);
    if (!stage || found.has(name)) continue;
    found.add(name);
    for (const [other, { outs }] of stages)
      if (stage.deps.some(dep => outs.some(out => isWithin(dep, out) || isWithin(out, dep)))) next.push(other);
  }
  return found;
};

/** What DVC brings, relative to the repository: what stages write, and what `.dvc` files stand for. */
export const trackedOutputs = (repository: RepositoryContents): ReadonlySet<string> => {
  const found = outputs.get(repository) ?? new Set(repository.files.flatMap(file => outputsBy(file, repository)));
  outputs.set(repository, found);
  return found;
};

const outputs = new WeakMap<RepositoryContents, ReadonlySet<string>>();

const outputsBy = (file: string, repository: RepositoryContents): readonly string[] => {
  if (file.endsWith(".dvc")) return [file.slice(0, -".dvc".length)];
  if (posix.basename(file) !== "dvc.yaml") return [];
  const folder = posix.dirname(file);
  return [...(dvcStages(repository, folder)?.outs ?? [])].map(out => posix.join(folder, out));
};

/** Whether a path is one of these, or in one of these folders. */
export const isIn = (path: string, folders: ReadonlySet<string>): boolean => {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
    if (folders.has(path.slice(0, end))) return true;
  return false;
};

/** Whether an output names a remote of its own, or is imported from elsewhere, so that no default remote is needed for it. */
export const namesRemotes = (repository: RepositoryContents): boolean =>
  repository.files
    .filter(file => file.endsWith(".dvc") || posix.basename(file) === "dvc.yaml")
    .some(file => {
      const document = parseDocument(repository.text(file) ?? "", { uniqueKeys: false });
      let found = false;
      visit(document, {
        Pair: (_, { key }) => {
          if (!isScalar(key) || (key.value !== "remote" && key.value !== "repo")) return undefined;
          found = true;
          return visit.BREAK;
        },
      });
      return found;
    });

/** Whether a path is a folder's, or is the folder itself; both are relative to the same. */
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

const stageOf = (stage: unknown): DvcStage => {
  const body = bodyOf(stage);
  const clean = (paths: readonly string[]) =>
    paths.filter(path => !isTemplate(path)).map(path => posix.normalize(path).replace(/\/$/, ""));
  return { deps: clean(pathsIn(body.deps)), outs: clean(outsOf(body)) };
};

const pathsOf = (stage: unknown): readonly string[] => {
  const body = bodyOf(stage);
  return [...pathsIn(body.deps), ...outsOf(body)];
};

const outsOf = ({ outs, metrics, plots }: Readonly<Record<string, unknown>>): readonly string[] =>
  [outs, metrics, plots].flatMap(pathsIn);

const bodyOf = (stage: unknown): Readonly<Record<string, unknown>> => {
  if (!isRecord(stage)) return {};
  return isRecord(stage.do) ? stage.do : stage;
};

/** A list of paths, any of which may have settings of its own. */
const pathsIn = (list: unknown): readonly string[] =>
  (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap(item =>
    typeof item === "string" ? [item] : isRecord(item) ? Object.keys(item) : [],
  );

const isTemplate = (path: string): boolean => path.includes("${");

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
