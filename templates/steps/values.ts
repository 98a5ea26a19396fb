import type { Pipeline, Value } from "../../src/config/pipeline.ts";
import type { Expression } from "../../src/model/expression.ts";
import { secrets, vars } from "../../src/model/expression.ts";

/** A value of the config where it is used: text as it stands, or the secret or variable it names. */
export const fromConfig = (value: Value): string | Expression<"secrets" | "vars"> =>
  typeof value === "string" ? value : "secret" in value ? secrets(value.secret) : vars(value.variable);

/** A path of the project as actions need it, which know nothing of a job's working directory. */
export const inRoot = ({ root }: Pick<Pipeline, "root">, path: string): string =>
  root === "." ? path : path === "." ? root : `${root}/${path}`;

/** The folder of a job's scripts; absent when it is the repository itself. */
export const workingDirectory = ({ root }: Pick<Pipeline, "root">): string | undefined =>
  root === "." ? undefined : root;

/** The paths whose changes concern a pipeline that shares its repository with others; absent: all. */
export const ownPaths = (pipeline: Pipeline): readonly string[] | undefined =>
  pipeline.oneOfSeveral
    ? [
        ...(pipeline.root === "." ? ["**"] : [`${pipeline.root}/**`]),
        ...Object.values(pipeline.files)
          .filter(file => file !== false)
          .map(file => `.github/workflows/${file}`),
        pipeline.configFile,
        pipeline.lockFile,
      ]
    : undefined;
