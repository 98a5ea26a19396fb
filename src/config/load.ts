import { isUtf8 } from "node:buffer";
import { extname } from "node:path";
import { failure, type Result, success } from "../diagnostics/diagnostic.ts";
import type { Files } from "../host/host.ts";
import { kindBehindLinks } from "../host/links.ts";
import { shown } from "../repository/root.ts";

/** A config as it was written, before the schema has seen it. */
export interface LoadedConfig {
  /** The default export, awaited, or the parsed data. */
  readonly value: unknown;
  /** Absolute paths of the config and of every file it imported, for `--watch`. */
  readonly sources: readonly string[];
  /** Finds the places of values. Of code, that takes a parser, which is loaded only when something is to be said of a place. */
  readonly locate: () => Promise<Locate>;
}

/** Place of a value in a config, or of its nearest parent if there is no such value; undefined where code does not write it out. */
export type Locate = (path: readonly (string | number)[]) => Position | undefined;

/** Line and column count from one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface LoadOptions {
  readonly files: Files;
  /** The repository root: diagnostics name files relative to it. */
  readonly root: string;
  /** Where transformed code is kept between runs; without it nothing is kept. */
  readonly cacheFolder?: string | undefined;
}

/** Reads or evaluates the config at `path`. Whatever the file holds, the answer is a value or diagnostics. */
export const loadConfig = async (path: string, options: LoadOptions): Promise<Result<LoadedConfig>> => {
  const { files, root } = options;
  const file = shown(root, path);
  const kind = kindBehindLinks(files, path);
  if (kind !== "file") {
    const what = kind === undefined ? "does not exist" : kind === "directory" ? "is a folder" : "is not a regular file";
    return failure({
      code: "config/not-a-file",
      severity: "error",
      file,
      message: `the config \`${file}\` ${what}`,
      hint: "name a file: pipeline.config.ts, .mts, .js, .mjs, .json, .yaml or .yml",
    });
  }

  const extension = extname(path);
  switch (extension) {
    case ".json":
    case ".yaml":
    case ".yml": {
      const text = readText(files, path, file);
      if (!text.ok) return text;
      if (extension === ".json") return (await import("./load-json.ts")).loadJson(text.value, path, file);
      return (await import("./load-yaml.ts")).loadYaml(text.value, path, file);
    }
    case ".ts":
    case ".mts":
    case ".cts":
    case ".js":
    case ".mjs":
    case ".cjs":
      return (await import("./load-script.ts")).loadScript(path, options);
    default:
      return failure({
        code: "config/unknown-format",
        severity: "error",
        file,
        message: `the ending of \`${file}\` does not say what it is`,
        hint: "a config ends in .ts, .mts, .js, .mjs, .json, .yaml or .yml",
      });
  }
};

/** The text of a file without its byte order mark. */
export const readText = (files: Files, path: string, file: string): Result<string> => {
  const bytes = files.read(path);
  if (isUtf8(bytes)) {
    const text = new TextDecoder().decode(bytes);
    if (!text.includes("\0")) return success(text);
  }
  return failure({
    code: "config/encoding",
    severity: "error",
    file,
    message: `\`${file}\` is not UTF-8 text`,
    hint: "save it with the encoding UTF-8",
  });
};

/** Refuses what cannot be a config at all, so that the schema only sees objects. */
export const requireObject = (value: unknown, file: string, verb: "exports" | "holds"): Result<object> => {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return success(value);
  return failure({
    code: "config/no-export",
    severity: "error",
    file,
    message: `\`${file}\` ${verb} ${nameOf(value)} where a config object is expected`,
    hint:
      verb === "holds"
        ? "the smallest config is the one field `name`"
        : typeof value === "function"
          ? "export the object itself: call the function, and export what it returns"
          : 'write `export default defineConfig({ name: "my-model" })`',
  });
};

const nameOf = (value: unknown): string => {
  if (value === undefined || value === null) return value === null ? "null" : "nothing";
  if (Array.isArray(value)) return "a list";
  return `a ${typeof value}`;
};
