import { parse } from "yaml";
import type { RepositoryContents } from "../repository/contents.ts";

/** A workflow of the repository as plain data, for what other workflows say of it. */
export interface RepositoryWorkflow {
  readonly path: string;
  /** Absent where the file cannot be read. */
  readonly data: unknown;
}

const known = new WeakMap<RepositoryContents, readonly RepositoryWorkflow[]>();

/** The workflows of a repository; each is parsed when it is asked for. */
export const repositoryWorkflows = (repository: RepositoryContents): readonly RepositoryWorkflow[] => {
  const found =
    known.get(repository) ??
    repository.files
      .filter(path => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
      .map(path => lazily(path, repository));
  known.set(repository, found);
  return found;
};

const lazily = (path: string, repository: RepositoryContents): RepositoryWorkflow => {
  let read: { readonly data: unknown } | undefined;
  return {
    path,
    get data() {
      read ??= { data: readData(repository.text(path)) };
      return read.data;
    },
  };
};

/** The workflow a job calls by a path in this repository; absent where it is none of this repository, or cannot be read. */
export const calledWorkflow = (
  uses: string | undefined,
  repository: RepositoryContents | undefined,
): RepositoryWorkflow | undefined => {
  if (!repository || uses === undefined || !/^(?:\.|\$)\//.test(uses)) return undefined;
  const path = uses.slice(2);
  const found = repositoryWorkflows(repository).find(workflow => workflow.path === path);
  return found?.data === undefined ? undefined : found;
};

/** The value at a path of keys. */
export const dataAt = (data: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined), data);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The keys of a mapping; none of anything else. */
export const keysOf = (value: unknown): readonly string[] => (isRecord(value) ? Object.keys(value) : []);

/** GitHub refuses larger files. https://docs.github.com/actions/reference/limits */
const MAX_LENGTH = 500_000;

/** A YAML text as plain data; absent where it is none. */
export const readData = (text: string | undefined): unknown => {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  try {
    return parse(text, { logLevel: "silent" }) as unknown;
  } catch {
    return undefined;
  }
};
