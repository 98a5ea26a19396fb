import { posix } from "node:path";
import dockerignore from "@balena/dockerignore";
import type { RepositoryContents } from "../contents.ts";

/** Whether a path is part of a build context, and which line keeps it out, or brings it back. */
export interface ContextEntry {
  readonly included: boolean;
  readonly by?: { readonly file: string; readonly line: number; readonly pattern: string };
}

/** Tells of a path of the repository whether a build gets it. */
export type DockerContext = (path: string) => ContextEntry;

/**
 * The build context of a Dockerfile: the ignore file beside it, named after it, wins over the one of the context.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export const dockerContext = (repository: RepositoryContents, file: string, context: string): DockerContext => {
  const ignoreFile = [`${file}.dockerignore`, posix.join(context, ".dockerignore")].find(
    candidate => repository.text(candidate) !== undefined,
  );
  const rules = ignoreFile === undefined ? [] : readRules(ignoreFile, repository.text(ignoreFile) ?? "");
  return path => {
    const inside = posix.relative(context, path);
    if (inside === "") return { included: true };
    if (inside === ".." || inside.startsWith("../")) return { included: false };
    // The last line that speaks of a path, or of a folder above it, decides.
    const last = rules.findLast(({ matches }) => matches(inside));
    return last ? { included: last.isException, by: last.by } : { included: true };
  };
};

interface Rule {
  readonly isException: boolean;
  readonly matches: (path: string) => boolean;
  readonly by: NonNullable<ContextEntry["by"]>;
}

const readRules = (file: string, text: string): readonly Rule[] =>
  text.split("\n", MOST_LINES).flatMap((raw, index) => {
    const pattern = raw.trim();
    if (pattern === "" || raw.startsWith("#") || pattern.length > LONGEST || wild(pattern) > MOST_WILDCARDS) return [];
    const isException = pattern.startsWith("!");
    const ignore = dockerignore({ ignorecase: false });
    ignore.add(isException ? pattern.slice(1).trim() : pattern);
    return [{ isException, matches: matcher(path => ignore.ignores(path)), by: { file, line: index + 1, pattern } }];
  });

/** More than a person writes; beyond them a pattern takes too long to match. */
const MOST_LINES = 2000;
const LONGEST = 500;
const MOST_WILDCARDS = 10;

const wild = (pattern: string): number => pattern.split("*").length - 1;

/** A set that is not closed is no pattern: Docker refuses the file, and here the line says nothing. */
const matcher =
  (matches: (path: string) => boolean) =>
  (path: string): boolean => {
    try {
      return matches(path);
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  };
