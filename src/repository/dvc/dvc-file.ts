import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { SourceProblem } from "../source-problem.ts";
import { dvcPlaces } from "./files.ts";
import { pathIn } from "./paths.ts";
import type { DvcStage, StagePath } from "./project.ts";
import type { Range, Yaml, YamlMap } from "./yaml.ts";
import { readYaml } from "./yaml.ts";

/** A `.dvc` file: data that DVC keeps. https://doc.dvc.org/user-guide/project-structure/dvc-files */
export interface DvcFile {
  readonly file: string;
  readonly outs: readonly { readonly path: string; readonly md5?: string; readonly remote?: string }[];
  /** Where it was imported from. */
  readonly deps: readonly { readonly url?: string; readonly repo?: string }[];
  readonly isImport: boolean;
  readonly frozen: boolean;
  /** The same as a stage, which DVC takes it for. */
  readonly stage: DvcStage;
  readonly problems: readonly SourceProblem[];
}

/** Every `.dvc` file of the repository, read: only for a question that names do not answer. */
export const dvcFiles = (repository: RepositoryContents): readonly DvcFile[] => allFiles(repository, ".");

const allFiles = remembered((repository): readonly DvcFile[] =>
  dvcPlaces(repository).files.flatMap(file => dvcFile(repository, file) ?? []),
);

/** One `.dvc` file; `undefined` where it is not there. */
export const dvcFile = remembered((repository, file): DvcFile | undefined => {
  const yaml = readYaml(repository, file);
  if (!yaml) return undefined;
  const root = yaml.root?.kind === "map" ? yaml.root : undefined;
  const field = (key: string): Yaml | undefined => root?.entries.get(key)?.value;
  const folder = pathIn(posix.dirname(file), textOf(field("wdir")) ?? ".") ?? posix.dirname(file);
  const pathsOf = (key: string, kind: StagePath["kind"]) =>
    mapsIn(field(key)).flatMap(item => {
      const written = item.entries.get("path")?.value;
      const text = textOf(written);
      if (!written || text === undefined) return [];
      const path = pathIn(folder, text);
      const remote = textOf(item.entries.get("remote")?.value);
      const stagePath: StagePath = {
        path: path ?? text,
        written: text,
        spot: yaml.spot(written.range),
        kind,
        cache: falseIn(item, "cache") !== true,
        persist: trueIn(item, "persist"),
        ...(remote === undefined ? {} : { remote }),
        isTemplated: path === undefined,
      };
      return [{ item, stagePath }];
    });
  const outs = pathsOf("outs", "out");
  const imports = mapsIn(field("deps")).filter(isSource);
  const start: Range = root?.range ?? [0, 0];
  return {
    file,
    outs: outs.map(({ item, stagePath: { path, remote } }) => {
      const md5 = textOf(item.entries.get("md5")?.value);
      return { path, ...(md5 === undefined ? {} : { md5 }), ...(remote === undefined ? {} : { remote }) };
    }),
    deps: imports.map(sourceOf),
    isImport: imports.length > 0,
    frozen: root !== undefined && trueIn(root, "frozen"),
    stage: {
      name: posix.basename(file),
      file,
      spot: yaml.spot(start),
      folder,
      commands: [],
      deps: [],
      outs: outs.map(({ stagePath }) => stagePath),
      params: [],
      frozen: root !== undefined && trueIn(root, "frozen"),
      alwaysChanged: false,
      isTemplated: false,
    },
    problems: yaml.problems,
  };
});

/** Another repository, a database, or an address. */
const isSource = ({ entries }: YamlMap): boolean =>
  entries.has("repo") || entries.has("db") || /^[\w+.-]+:\/\//.test(textOf(entries.get("path")?.value) ?? "");

const sourceOf = ({ entries }: YamlMap): { readonly url?: string; readonly repo?: string } => {
  const repo = entries.get("repo")?.value;
  const address = repo?.kind === "map" ? textOf(repo.entries.get("url")?.value) : undefined;
  if (address !== undefined) return { repo: address };
  const url = textOf(entries.get("path")?.value);
  return url === undefined ? {} : { url };
};

const mapsIn = (value: Yaml | undefined): readonly YamlMap[] =>
  value?.kind === "list" ? value.items.filter(item => item.kind === "map") : [];

const textOf = (value: Yaml | undefined): string | undefined =>
  value?.kind === "scalar" && value.value !== null ? value.text : undefined;

const trueIn = ({ entries }: YamlMap, key: string): boolean => {
  const value = entries.get(key)?.value;
  return value?.kind === "scalar" && value.value === true;
};

const falseIn = ({ entries }: YamlMap, key: string): boolean => {
  const value = entries.get(key)?.value;
  return value?.kind === "scalar" && value.value === false;
};
