import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import { dvcFile, dvcFiles } from "./dvc-file.ts";
import { dvcPlaces } from "./files.ts";
import { foldersOf } from "./paths.ts";
import { dvcProject } from "./project.ts";

/** What DVC brings, relative to the repository: what stages write, and what `.dvc` files stand for, by their names. */
export const trackedOutputs = (repository: RepositoryContents): ReadonlySet<string> => outputs(repository, ".");

const outputs = remembered((repository): ReadonlySet<string> => {
  const { projects, files } = dvcPlaces(repository);
  const stages = projects.flatMap(folder => dvcProject(repository, folder)?.stages ?? []);
  const outs = stages.flatMap(stage => stage.outs.filter(({ isTemplated }) => !isTemplated));
  return new Set([...files.map(file => file.slice(0, -".dvc".length)), ...outs.map(({ path }) => path)]);
});

/** The `.dvc` file that stands for a path, for a folder around it, or for something in it. */
export const dvcFileOf = (repository: RepositoryContents, path: string): string | undefined => {
  const places = [path, ...foldersOf(path)];
  const named = places.map(place => `${place}.dvc`).find(file => repository.look(file).kind !== "absent");
  if (named !== undefined) return named;
  // One with a name of its own may stand for several.
  const { files, within } = dataOf(repository, ".");
  return places.map(place => files.get(place)).find(file => file !== undefined) ?? within.get(path);
};

const dataOf = remembered(repository => {
  const files = new Map<string, string>();
  const within = new Map<string, string>();
  for (const { file, outs } of dvcFiles(repository))
    for (const { path } of outs) {
      files.set(path, file);
      for (const folder of foldersOf(path)) within.set(folder, file);
    }
  return { files, within };
});

/** Whether an output names a remote of its own, or is imported from elsewhere, so that no default remote is needed for it. */
export const namesRemotes = (repository: RepositoryContents): boolean => remotes(repository, ".");

const remotes = remembered((repository): boolean => {
  const { projects, files } = dvcPlaces(repository);
  return (
    projects.some(folder =>
      dvcProject(repository, folder)?.stages.some(({ outs }) => outs.some(({ remote }) => remote !== undefined)),
    ) ||
    files.some(file => {
      const found = dvcFile(repository, file);
      return found?.isImport || found?.outs.some(({ remote }) => remote !== undefined);
    })
  );
});
