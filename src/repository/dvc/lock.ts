import { remembered } from "../remembered.ts";
import type { SourceProblem, Spot } from "../source-problem.ts";
import { pathIn } from "./paths.ts";
import { dvcProject } from "./project.ts";
import type { Yaml, YamlFile, YamlMap } from "./yaml.ts";
import { readYaml } from "./yaml.ts";

/** What a file or folder was when a stage ran last. */
export interface LockedPath {
  /** Relative to the repository; as it is written where it is outside of it. */
  readonly path: string;
  readonly md5?: string;
  readonly size?: number;
  readonly isDir: boolean;
  readonly spot: Spot;
}

export interface LockedStage {
  readonly spot: Spot;
  readonly deps: readonly LockedPath[];
  readonly outs: readonly LockedPath[];
  /** Parameter file → the keys that were looked at. */
  readonly params: ReadonlyMap<string, readonly string[]>;
}

/** A `dvc.lock`: what each stage read and wrote when it ran last. */
export interface DvcLock {
  readonly file: string;
  readonly stages: ReadonlyMap<string, LockedStage>;
  readonly problems: readonly SourceProblem[];
}

/** The `dvc.lock` of a folder; `undefined` where there is none. https://doc.dvc.org/user-guide/project-structure/dvcyaml-files#dvclock-file */
export const dvcLock = remembered((repository, folder): DvcLock | undefined => {
  const file = folder === "." ? "dvc.lock" : `${folder}/dvc.lock`;
  const yaml = readYaml(repository, file);
  if (!yaml) return undefined;
  const folders = new Map(dvcProject(repository, folder)?.stages.map(stage => [stage.name, stage.folder]));
  const stages = new Map<string, LockedStage>();
  const listed = yaml.root?.kind === "map" ? yaml.root.entries.get("stages")?.value : undefined;
  for (const [name, { key, value }] of listed?.kind === "map" ? listed.entries : []) {
    if (value.kind !== "map") continue;
    const within = folders.get(name) ?? folder;
    stages.set(name, {
      spot: yaml.spot(key),
      deps: lockedPaths(yaml, value, "deps", within),
      outs: lockedPaths(yaml, value, "outs", within),
      params: paramsOf(value, within),
    });
  }
  return { file, stages, problems: yaml.problems };
});

const lockedPaths = (yaml: YamlFile, stage: YamlMap, key: string, folder: string): readonly LockedPath[] => {
  const list = stage.entries.get(key)?.value;
  return (list?.kind === "list" ? list.items : []).flatMap(item => {
    if (item.kind !== "map") return [];
    const written = textIn(item, "path");
    if (written === undefined) return [];
    const md5 = textIn(item, "md5");
    const size = item.entries.get("size")?.value;
    return [
      {
        path: pathIn(folder, written) ?? written,
        ...(md5 === undefined ? {} : { md5 }),
        ...(size?.kind === "scalar" && typeof size.value === "number" ? { size: size.value } : {}),
        isDir: md5?.endsWith(".dir") ?? item.entries.has("nfiles"),
        spot: yaml.spot(item.range),
      },
    ];
  });
};

const paramsOf = (stage: YamlMap, folder: string): ReadonlyMap<string, readonly string[]> => {
  const params = stage.entries.get("params")?.value;
  return new Map(
    [...(params?.kind === "map" ? params.entries : [])].map(([file, { value }]) => [
      pathIn(folder, file) ?? file,
      value.kind === "map" ? [...value.entries.keys()] : [],
    ]),
  );
};

const textIn = ({ entries }: YamlMap, key: string): string | undefined => {
  const value: Yaml | undefined = entries.get(key)?.value;
  return value?.kind === "scalar" && value.value !== null ? value.text : undefined;
};
