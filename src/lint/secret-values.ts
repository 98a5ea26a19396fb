import type { Expr } from "@actions/expressions/ast";
import { FunctionCall, Grouping, Logical } from "@actions/expressions/ast";
import { accessOf } from "./expression.ts";
import type { Node } from "./node.ts";
import type { Word } from "./script.ts";
import { plainVariable } from "./script.ts";
import type { Step } from "./workflow.ts";

/** The secret that a text holds once its expressions are replaced, as `secrets.NAME`; not where one is only compared. */
export const secretIn = (node: Node): string | undefined => {
  for (const { tree } of node.expressions) {
    const secret = tree && secretOf(tree);
    if (secret) return secret;
  }
  return undefined;
};

/** Functions that hand on what they are given. */
const PASSING: ReadonlySet<string> = new Set(["format", "join", "tojson", "fromjson", "case"]);

const secretOf = (node: Expr): string | undefined => {
  const access = accessOf(node);
  if (access) return access.path[0] === "secrets" && access.path[1] !== "github_token" ? access.text : undefined;
  if (node instanceof Grouping) return secretOf(node.group);
  const parts =
    node instanceof Logical
      ? node.operator.lexeme === "&&"
        ? node.args.slice(-1)
        : node.args
      : node instanceof FunctionCall && PASSING.has(node.functionName.lexeme.toLowerCase())
        ? node.args
        : [];
  return parts.map(secretOf).find(secret => secret !== undefined);
};

/** The secret that an environment variable of a step has for its value. */
export const secretOfVariable = (step: Step, name: string): string | undefined => {
  for (const env of [step.env, step.job.env, step.job.workflow.env]) {
    const entry = env.find(({ key }) => key === name);
    if (entry) return secretIn(entry.value);
  }
  return undefined;
};

/** The variables of a step that hold a secret, each with its name. */
export const secretVariables = (step: Step): ReadonlyMap<string, string> => {
  const names = [step.env, step.job.env, step.job.workflow.env].flatMap(env => env.map(({ key }) => key));
  return new Map(
    names.flatMap(name => {
      const secret = secretOfVariable(step, name);
      return secret === undefined ? [] : [[name, secret] as const];
    }),
  );
};

/** The variables whose whole value a word contains: `$X`, `${X}`, `${{ env.X }}`. */
export const variablesIn = (word: Word | undefined): readonly string[] =>
  (word?.expansions ?? []).flatMap(expansion => plainVariable(expansion) ?? []);
