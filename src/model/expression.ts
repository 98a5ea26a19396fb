import type { Available, Key, Source } from "./availability.ts";

/** A step or job whose results an expression reads; the renderer checks that it comes earlier, or is needed. */
export type Reference =
  | { readonly kind: "step"; readonly id: string }
  | { readonly kind: "job"; readonly id: string; readonly output?: string };

/** What stands between `${{` and `}}`. It remembers what it reads, because each key offers its own contexts. */
export interface Expression<out S extends Source = Source> {
  readonly kind: "expression";
  readonly source: string;
  readonly reads: readonly S[];
  readonly references: readonly Reference[];
  /** How tightly its outermost operator binds, for parentheses where they are needed and nowhere else. */
  readonly binding: Binding;
}

type Binding = "atom" | "comparison" | "&&" | "||";

/** Text with expressions in it. */
export interface Text<out S extends Source = Source> {
  readonly kind: "text";
  readonly parts: readonly (string | Expression<S>)[];
}

/** What a key that takes text may hold; text is never a condition. */
export type Value<K extends Key> = string | number | boolean | Expression<Available<K>> | Text<Available<K>>;
export type Condition<K extends Key> = Expression<Available<K>>;

const expression = <S extends Source>(
  source: string,
  reads: readonly S[],
  references: readonly Reference[] = [],
  binding: Binding = "atom",
): Expression<S> => ({ kind: "expression", source, reads, references, binding });

/** `github.*`, of what the templates use. https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context */
export type GithubProperty =
  | "actor"
  | "event_name"
  | "head_ref"
  | "ref"
  | "ref_name"
  | "repository"
  | "repository_owner"
  | "run_id"
  | "server_url"
  | "sha"
  | "token"
  | "workflow"
  | "workspace";

export const github = (property: GithubProperty): Expression<"github"> => expression(`github.${property}`, ["github"]);
export const runner = (property: "arch" | "os" | "temp"): Expression<"runner"> =>
  expression(`runner.${property}`, ["runner"]);
export const jobStatus: Expression<"job"> = expression("job.status", ["job"]);
export const secrets = (name: string): Expression<"secrets"> => expression(`secrets.${name}`, ["secrets"]);
export const vars = (name: string): Expression<"vars"> => expression(`vars.${name}`, ["vars"]);
export const inputs = (name: string): Expression<"inputs"> => expression(`inputs.${name}`, ["inputs"]);

export const stepOutput = (step: string, output: string): Expression<"steps"> =>
  expression(`steps.${step}.outputs.${output}`, ["steps"], [{ kind: "step", id: step }]);
/** `success`, `failure`, `cancelled` or `skipped`: before `continue-on-error` is applied. */
export const stepOutcome = (step: string): Expression<"steps"> =>
  expression(`steps.${step}.outcome`, ["steps"], [{ kind: "step", id: step }]);
export const jobOutput = (job: string, output: string): Expression<"needs"> =>
  expression(`needs.${job}.outputs.${output}`, ["needs"], [{ kind: "job", id: job, output }]);
export const jobResult = (job: string): Expression<"needs"> =>
  expression(`needs.${job}.result`, ["needs"], [{ kind: "job", id: job }]);
/** Results and outputs of every needed job, as JSON. */
export const needsJson: Expression<"needs"> = expression("toJSON(needs)", ["needs"]);

/** Status functions: https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions */
export const always: Expression<"always()"> = expression("always()", ["always()"]);
export const cancelled: Expression<"cancelled()"> = expression("cancelled()", ["cancelled()"]);
export const failed: Expression<"failure()"> = expression("failure()", ["failure()"]);
export const succeeded: Expression<"success()"> = expression("success()", ["success()"]);

export const hashFiles = (...patterns: readonly string[]): Expression<"hashFiles()"> =>
  expression(`hashFiles(${patterns.map(quoted).join(", ")})`, ["hashFiles()"]);

type Operand<S extends Source> = Expression<S> | string | boolean;
type SourceOf<O> = O extends Expression<infer S> ? S : never;

export const equal = <const A extends Operand<Source>, const B extends Operand<Source>>(
  left: A,
  right: B,
): Expression<SourceOf<A> | SourceOf<B>> => compare("==", left, right);
export const unequal = <const A extends Operand<Source>, const B extends Operand<Source>>(
  left: A,
  right: B,
): Expression<SourceOf<A> | SourceOf<B>> => compare("!=", left, right);

export const not = <S extends Source>(operand: Expression<S>): Expression<S> => ({
  ...operand,
  source: `!${within("atom", operand)}`,
  binding: "atom",
});
export const all = <const O extends readonly Expression[]>(...operands: O): Expression<SourceOf<O[number]>> =>
  join("&&", operands) as Expression<SourceOf<O[number]>>;
export const any = <const O extends readonly Expression[]>(...operands: O): Expression<SourceOf<O[number]>> =>
  join("||", operands) as Expression<SourceOf<O[number]>>;
/** The first operand that is not empty. */
export const either = <S extends Source>(first: Expression<S>, fallback: string): Expression<S> => ({
  ...first,
  source: `${within("||", first)} || ${quoted(fallback)}`,
  binding: "||",
});

/** Text with expressions: text`creditrisk-${github("ref")}`. */
export const text = <S extends Source>(
  strings: TemplateStringsArray,
  ...expressions: readonly (Expression<S> | string)[]
): Text<S> => ({
  kind: "text",
  parts: strings.flatMap((part, index) => [
    part,
    ...(index < expressions.length ? [expressions[index] as Expression<S> | string] : []),
  ]),
});

/** The expressions in a value. */
export const expressionsIn = (value: Value<Key>): readonly Expression[] =>
  typeof value !== "object"
    ? []
    : value.kind === "expression"
      ? [value]
      : value.parts.filter(part => typeof part !== "string");

const compare = (operator: string, left: Operand<Source>, right: Operand<Source>): Expression<never> => {
  const operands = [left, right].filter(operand => typeof operand === "object") as Expression<never>[];
  const source = (operand: Operand<Source>) =>
    typeof operand === "object"
      ? within("atom", operand)
      : typeof operand === "string"
        ? quoted(operand)
        : String(operand);
  return expression(
    `${source(left)} ${operator} ${source(right)}`,
    operands.flatMap(({ reads }) => reads),
    operands.flatMap(({ references }) => references),
    "comparison",
  );
};

const join = (operator: "&&" | "||", operands: readonly Expression[]): Expression =>
  operands.length === 1
    ? (operands[0] as Expression)
    : expression(
        operands.map(operand => within(operator, operand)).join(` ${operator} `),
        operands.flatMap(({ reads }) => reads),
        operands.flatMap(({ references }) => references),
        operator,
      );

const tightness: readonly Binding[] = ["atom", "comparison", "&&", "||"];
const within = (outer: Binding, { source, binding }: Expression): string =>
  tightness.indexOf(binding) > tightness.indexOf(outer) ? `(${source})` : source;
const quoted = (literal: string): string => `'${literal.replaceAll("'", "''")}'`;
