import { consistencyProblems } from "../config/consistency.ts";
import type { ConfigPath, ConfigProblem } from "../config/issues.ts";
import { problemsOf } from "../config/issues.ts";
import { resolvePipeline } from "../config/resolve.ts";
import { pipelineSchema } from "../config/schema.ts";
import type { Decision } from "./proposal.ts";
import type { Data } from "./record.ts";
import { isBelow, withValue } from "./record.ts";

/** A valid config of one pipeline, made of decisions. */
export interface Settled {
  readonly config: Data & { readonly name: string };
  /** Those that made it into the config. */
  readonly decisions: readonly Decision[];
  /** Those that no config can state, or that do not fit the others. */
  readonly refused: readonly { readonly decision: Decision; readonly message: string }[];
}

/** Later decisions win over earlier ones. What would make the config invalid is taken out again, and named. */
export const settle = (decisions: readonly Decision[]): Settled => {
  let kept = decisions.reduce(overridden, []);
  const refused: { readonly decision: Decision; readonly message: string }[] = [];
  for (;;) {
    const config = kept.reduce<unknown>((whole, { path, value }) => withValue(whole, path, value), {}) as Data;
    const [problem] = problems(config);
    if (problem === undefined) return { config: config as Settled["config"], decisions: kept, refused };
    const culprit = kept.findLast(({ path }) => isBelow(problem.path, path) || isBelow(path, problem.path));
    if (culprit !== undefined && culprit.path[0] !== "name") {
      kept = kept.filter(decision => decision !== culprit);
      refused.push({ decision: culprit, message: problem.message });
    } else kept = [...kept, without(problem)];
  }
};

/** What fits nothing that is left is switched off. */
const without = ({ path, message }: ConfigProblem): Decision => {
  const [field] = path;
  if (field !== "deploy" && field !== "promote")
    throw new Error(`no config can be made of this repository: ${message}`);
  return { path: [field], value: false, reason: `what is known of \`${field}\` does not fit the rest: ${message}` };
};

/** A field has one value; what switches a whole group off is overruled by what is known of a part of it. */
const overridden = (earlier: readonly Decision[], decision: Decision): readonly Decision[] => [
  ...earlier.filter(
    ({ path, value }) => !isBelow(path, decision.path) && !(value === false && isBelow(decision.path, path)),
  ),
  decision,
];

const problems = (config: Data): readonly ConfigProblem[] => {
  const parsed = pipelineSchema.safeParse(config);
  if (!parsed.success) return problemsOf(parsed.error, config);
  return consistencyProblems(resolvePipeline(parsed.data, { configFile: "", lockFile: "", oneOfSeveral: false }));
};

/** `dvc.stages.train`, `images[0].name`. */
export const fieldName = (path: ConfigPath): string =>
  path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
