import type { RepositoryContents } from "../../repository/contents.ts";
import type { GitFacts } from "../../repository/git.ts";

/** What is looked at to find out one pipeline's config. */
export interface Evidence {
  readonly repository: RepositoryContents;
  readonly git: GitFacts;
  /** The pipeline's `root`. */
  readonly folder: string;
  /** Stages that workflows written by hand run, as `dvc repro` takes them, and whether they compare production data. */
  readonly handRun: {
    readonly train: readonly string[];
    readonly drift: readonly string[];
    readonly monitors: boolean;
  };
}

/** A path of the repository as the config of a pipeline has it; absent where it lies elsewhere. */
export const inProject = (folder: string, path: string): string | undefined => {
  if (folder === ".") return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
};

/** A path of a project as the repository has it. */
export const inRepository = (folder: string, path: string): string => (folder === "." ? path : `${folder}/${path}`);

/** The files directly in a folder of the project, by name. */
export const filesIn = (
  { repository, folder }: Pick<Evidence, "repository" | "folder">,
  below = ".",
): readonly string[] => {
  const place = below === "." ? folder : inRepository(folder, below);
  return repository.files.flatMap(file => {
    const name = inProject(place, file);
    return name === undefined || name.includes("/") ? [] : [name];
  });
};

/** The words of a name: `post_training.validateModel-v2` is post, training, validate, model, v2. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== "");

/** Names in a sentence: `a`, `b` and `c`. */
export const quotedList = (names: readonly string[]): string => {
  const quoted = names.map(name => `\`${name}\``);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
};
