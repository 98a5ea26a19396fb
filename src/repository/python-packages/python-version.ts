import { posix } from "node:path";
import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { Spot } from "../source-problem.ts";

export interface PythonVersionFile {
  readonly file: string;
  /** `3.11` or `3.11.7`. */
  readonly version: string;
  readonly spot: Spot;
}

/** The interpreter that pyenv, uv or asdf is told to take in a folder: by a file in it, or above it. */
export const pythonVersionFile: (repository: RepositoryContents, folder: string) => PythonVersionFile | undefined =
  remembered((repository, folder) => {
    for (let at = folder; ; at = posix.dirname(at)) {
      const found =
        fromLines(repository, posix.join(at, ".python-version"), /^(?:cpython-?|python-?)?(3\.\d+(?:\.\d+)?)$/) ??
        fromLines(repository, posix.join(at, ".tool-versions"), /^python\s+(3\.\d+(?:\.\d+)?)\b/);
      if (found || at === ".") return found;
    }
  });

/** The first line that is about a version counts. */
const fromLines = (repository: RepositoryContents, file: string, pattern: RegExp): PythonVersionFile | undefined => {
  for (const [index, raw] of (repository.text(file)?.split("\n") ?? []).entries()) {
    const line = raw.replace(/#.*$/, "").trim();
    const version = line === "" ? undefined : pattern.exec(line)?.[1];
    if (version === undefined) continue;
    const column = raw.indexOf(version) + 1;
    return {
      file,
      version,
      spot: { file, line: index + 1, column, endLine: index + 1, endColumn: column + version.length },
    };
  }
  return undefined;
};
