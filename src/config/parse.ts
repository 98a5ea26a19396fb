import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import { consistencyProblems, pipelineClashes } from "./consistency.ts";
import type { ConfigPath, ConfigProblem } from "./issues.ts";
import { problemsOf, wordKnownKeys } from "./issues.ts";
import type { Pipeline } from "./pipeline.ts";
import type { ConfigPlace } from "./resolve.ts";
import { resolvePipeline } from "./resolve.ts";
import { pipelineSchema, pipelinesSchema } from "./schema.ts";

export interface ParseContext extends Omit<ConfigPlace, "oneOfSeveral"> {
  /** The place of a value in the config file, where that is known. */
  readonly position: (path: ConfigPath) => { readonly line: number; readonly column: number } | undefined;
}

/** For a problem whose message already says what would be right. */
const FIELDS = "`npx creditrisk-ci schema` prints every field with its meaning, form and default";

/** The pipelines of a config with every default filled in, or everything that is wrong with it. */
export const parseConfig = (config: unknown, { position, ...place }: ParseContext): Result<readonly Pipeline[]> => {
  const oneOfSeveral = typeof config === "object" && config !== null && "pipelines" in config;
  const parsed = oneOfSeveral
    ? pipelinesSchema.safeParse(config, { error: wordKnownKeys })
    : pipelineSchema.safeParse(config, { error: wordKnownKeys });
  if (!parsed.success) return refuse(problemsOf(parsed.error, config));

  const all = "pipelines" in parsed.data ? parsed.data.pipelines : [parsed.data];
  const pipelines = all.map(pipeline => resolvePipeline(pipeline, { ...place, oneOfSeveral }));
  const problems = [
    ...pipelines.flatMap((pipeline, index) =>
      consistencyProblems(pipeline).map(problem => (oneOfSeveral ? below(["pipelines", index], problem) : problem)),
    ),
    ...pipelineClashes(pipelines),
  ];
  return problems.length > 0 ? refuse(problems) : success(pipelines);

  function refuse(found: readonly ConfigProblem[]): Result<never> {
    return failure(
      ...found.map(
        ({ path, ...problem }): Diagnostic => ({
          hint: FIELDS,
          ...problem,
          severity: "error",
          file: place.configFile,
          ...position(path),
        }),
      ),
    );
  }
};

const below = (prefix: ConfigPath, problem: ConfigProblem): ConfigProblem => ({
  ...problem,
  path: [...prefix, ...problem.path],
});
