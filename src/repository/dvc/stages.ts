import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import { dvcFile } from "./dvc-file.ts";
import { dvcPlaces } from "./files.ts";
import { foldersOf, pathIn } from "./paths.ts";
import type { DvcStage } from "./project.ts";
import { dvcProject } from "./project.ts";

/** The stages that an address names as `dvc repro` takes it: `fit`, `train@eu`, `train`, `etl/dvc.yaml:load`, `etl/dvc.yaml`, `x.csv.dvc`. */
export const findStages = (repository: RepositoryContents, folder: string, address: string): readonly DvcStage[] => {
  const { file, name } = partsOf(address);
  const path = pathIn(folder, file);
  if (path === undefined) return [];
  if (posix.basename(path) !== "dvc.yaml") {
    const found = path.endsWith(".dvc") ? dvcFile(repository, path) : undefined;
    return found ? [found.stage] : [];
  }
  const stages = dvcProject(repository, posix.dirname(path))?.stages ?? [];
  if (name === undefined) return stages;
  const group = name.split("@")[0];
  return stages.filter(
    stage =>
      stage.name === name ||
      stage.group === name ||
      // Its items are not known.
      (stage.isTemplated && stage.name === stage.group && stage.name === group),
  );
};

/** Of an address, the file, and the stage that is meant of it. */
export const partsOf = (address: string): { readonly file: string; readonly name?: string } => {
  // An item after `@` may hold any character.
  const [target = ""] = address.split("@");
  const colon = target.lastIndexOf(":");
  const isNamed = colon >= 0 && !/[\\/]/.test(target.slice(colon + 1));
  if (isNamed) return { file: address.slice(0, colon) || "dvc.yaml", name: address.slice(colon + 1) };
  if (posix.basename(address) === "dvc.yaml" || address.endsWith(".dvc")) return { file: address };
  return { file: "dvc.yaml", name: address };
};

/** The stages that a reproduction of these goes through, themselves included, in an order of which nothing is to be expected. */
export const upstreamOf = (repository: RepositoryContents, stages: readonly DvcStage[]): readonly DvcStage[] => {
  const found = new Set<DvcStage>();
  const next = [...stages].reverse();
  for (let stage = next.pop(); stage; stage = next.pop()) {
    if (found.has(stage)) continue;
    found.add(stage);
    if (!stage.frozen) next.push(...parentsOf(repository, stage));
  }
  return [...found];
};

/** The stages that make what a stage depends on. */
export const parentsOf = (repository: RepositoryContents, stage: DvcStage): readonly DvcStage[] => {
  const { producersOf } = pipelineAround(repository, stage.file);
  return [...new Set(stage.deps.flatMap(({ path, isTemplated }) => (isTemplated ? [] : producersOf(path))))];
};

/** All stages of one DVC repository, however many `dvc.yaml` they are in. */
export interface Pipeline {
  readonly stages: readonly DvcStage[];
  /** Whether it is known what all of them write. */
  readonly isComplete: boolean;
  /** The stages that write a path, a folder around it, or something in it. */
  readonly producersOf: (path: string) => readonly DvcStage[];
}

/** The stages of the DVC repository that a path belongs to. */
export const pipelineAround = (repository: RepositoryContents, path: string): Pipeline =>
  pipelineIn(repository, dvcPlaces(repository).rootOf(path));

const pipelineIn = remembered((repository, root): Pipeline => {
  const { projects, rootOf } = dvcPlaces(repository);
  const found = projects
    .filter(folder => rootOf(folder) === root)
    .flatMap(folder => dvcProject(repository, folder) ?? []);
  const stages = found.flatMap(project => project.stages);
  const writers = new Map<string, DvcStage[]>();
  const within = new Map<string, Set<DvcStage>>();
  for (const stage of stages)
    for (const { path, isTemplated } of stage.outs) {
      if (isTemplated) continue;
      writers.set(path, [...(writers.get(path) ?? []), stage]);
      for (const folder of foldersOf(path)) within.set(folder, (within.get(folder) ?? new Set()).add(stage));
    }
  return {
    stages,
    isComplete:
      found.every(({ problems }) => problems.length === 0) &&
      stages.every(stage => !stage.isTemplated && stage.outs.every(({ isTemplated }) => !isTemplated)),
    producersOf: path => [
      ...new Set([path, ...foldersOf(path)].flatMap(place => writers.get(place) ?? [])),
      ...(within.get(path) ?? []),
    ],
  };
});

/** Stages that wait for one another, in the order in which they do; absent where there is no such circle among what these need. */
export const cycleAmong = (
  repository: RepositoryContents,
  stages: readonly DvcStage[],
): readonly DvcStage[] | undefined => {
  const done = new Set<DvcStage>();
  for (const start of stages) {
    const path: { readonly stage: DvcStage; readonly parents: DvcStage[] }[] = [];
    const onPath = new Set<DvcStage>();
    const enter = (stage: DvcStage) => {
      path.push({ stage, parents: [...parentsOf(repository, stage)] });
      onPath.add(stage);
    };
    if (!done.has(start)) enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const parent = top.parents.pop();
      if (!parent) {
        path.pop();
        onPath.delete(top.stage);
        done.add(top.stage);
      } else if (onPath.has(parent)) {
        const at = path.findIndex(({ stage }) => stage === parent);
        return path.slice(at).map(({ stage }) => stage);
      } else if (!done.has(parent)) enter(parent);
    }
  }
  return undefined;
};
