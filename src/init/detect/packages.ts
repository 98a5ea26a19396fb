import { posix } from "node:path";
import type { Pyproject } from "../../repository/python-packages/pyproject.ts";
import { pyproject } from "../../repository/python-packages/pyproject.ts";
import type { Requirement } from "../../repository/python-packages/requirement.ts";
import { requirements } from "../../repository/python-packages/requirements.ts";
import { remembered } from "../../repository/remembered.ts";
import { filesIn, inRepository } from "./evidence.ts";

/** Where a project asks for packages, and how that place is installed. */
export interface Source {
  readonly kind: "project" | "extra" | "group" | "file";
  /** The extra, the group, or the file relative to the project; of the project itself, nothing. */
  readonly name: string;
  readonly requirements: readonly Requirement[];
}

/** Files for those who work on a project. */
const FOR_WORK = /(?:^|[-_./])(?:dev|develop|development|test|tests|testing|lint|ci|qa)(?:[-_.]|$)/i;

/** All that a Python project asks for, by place. */
export const packageSources = remembered((repository, folder): readonly Source[] => {
  const project = pyproject(repository, folder);
  return [
    ...(project ? sourcesOf(project) : []),
    ...requirementFiles({ repository, folder }).map(name => ({
      kind: "file" as const,
      name,
      requirements: requirements(repository, inRepository(folder, name))?.requirements ?? [],
    })),
  ];
});

const sourcesOf = ({ dependencies, optional, groups }: Pyproject): readonly Source[] => [
  { kind: "project", name: "", requirements: dependencies },
  ...[...optional].map(([name, list]) => ({ kind: "extra" as const, name, requirements: list })),
  ...[...groups].map(([name, list]) => ({ kind: "group" as const, name, requirements: list })),
];

/** `requirements.txt`, and those of its kin that are for work on the project; not those of an image. */
export const requirementFiles = (place: Parameters<typeof filesIn>[0]): readonly string[] => {
  const beside = filesIn(place).filter(name => /^(?:[\w-]+-)?requirements.*\.txt$/i.test(name));
  const below = filesIn(place, "requirements")
    .filter(name => name.endsWith(".txt"))
    .map(name => posix.join("requirements", name));
  const all = [...beside, ...below];
  const main = all.filter(name =>
    ["requirements.txt", "requirements/base.txt", "requirements/requirements.txt"].includes(name),
  );
  return [
    ...(main.length > 1 ? main.slice(0, 1) : main),
    ...all.filter(name => FOR_WORK.test(name) && !main.includes(name)),
  ];
};

/** The places that ask for a package, the project's own first. */
export const sourcesWith = (sources: readonly Source[], names: readonly string[]): readonly Source[] =>
  sources.filter(source => source.requirements.some(({ name }) => names.includes(name)));

export const asksFor = (sources: readonly Source[], ...names: readonly string[]): boolean =>
  sourcesWith(sources, names).length > 0;
