import type { ConfigPath } from "../config/issues.ts";
import type { Locate } from "../config/load.ts";
import type { Pipeline } from "../config/pipeline.ts";
import { byPlace } from "../diagnostics/by-place.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { excerptOf } from "../diagnostics/diagnostic.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import type { Spot } from "../repository/source-problem.ts";
import type { Check, CheckContext } from "./check.ts";
import { checks } from "./checks/index.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf } from "./commands.ts";
import type { Fix } from "./fix.ts";

/** What the checks look at. */
export interface Subject {
  readonly pipelines: readonly Pipeline[];
  readonly repository: RepositoryContents;
  /** The config file, relative to the repository. */
  readonly configFile: string;
  /** The config as it was written, before defaults. */
  readonly config: unknown;
  readonly locate: Locate;
}

/** One thing that does not hold, and how to mend it where that takes no decision. */
export interface Finding {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix | undefined;
}

/** Whether the repository has what the workflows of its pipelines need. Each finding is told once, in the order of files and lines. */
export const examine = async (subject: Subject, list: readonly Check[] = checks): Promise<readonly Finding[]> => {
  const found = new Map<string, Finding>();
  for (const [index, pipeline] of subject.pipelines.entries()) {
    const context = contextOf(subject, pipeline, pipeline.oneOfSeveral ? ["pipelines", index] : []);
    for (const { id, severity, hint, isDecisive, check } of list) {
      let isDone = false;
      await check(context, (spot, message, { fix, ...instead } = {}) => {
        isDone = isDecisive === true;
        const diagnostic: Diagnostic = {
          ...{ code: id, severity, ...spot, ...excerptAt(subject.repository, spot), message, hint },
          ...instead,
        };
        const key = JSON.stringify([id, spot.file, spot.line, spot.column, message]);
        if (!found.has(key)) found.set(key, { diagnostic, fix });
      });
      if (isDone) break;
    }
  }
  return [...found.values()].sort((one, other) => byPlace(one.diagnostic, other.diagnostic));
};

const contextOf = (
  { repository, configFile, config, locate }: Subject,
  pipeline: Pipeline,
  prefix: ConfigPath,
): CheckContext => {
  const at = (path: ConfigPath): Spot => ({ file: configFile, ...locate([...prefix, ...path]) });
  const field = (path: ConfigPath): string =>
    `\`${nameOf([...prefix, ...path])}\`${isStated(config, [...prefix, ...path]) ? "" : " (by default)"}`;
  let commands: readonly CommandUse[] | undefined;
  return {
    pipeline,
    repository,
    at,
    field,
    get commands() {
      commands ??= commandsOf(pipeline, repository, { at, field });
      return commands;
    },
  };
};

/** `deploy.smoke.attempts`, `images[2].name`. */
const nameOf = (path: ConfigPath): string =>
  path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");

/** Whether a config says a field itself; a shorthand above it says all of it. */
const isStated = (config: unknown, path: ConfigPath): boolean => {
  let value = config;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return value !== undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value !== undefined;
};

const excerptAt = (repository: RepositoryContents, { file, line }: Spot): Pick<Diagnostic, "excerpt"> => {
  const text = line === undefined ? undefined : repository.text(file)?.split("\n", line)[line - 1];
  return text === undefined ? {} : { excerpt: excerptOf(text.replace(/\r$/, "")) };
};
