import type { Node } from "./node.ts";
import type { Place } from "./place.ts";
import type { Job } from "./workflow.ts";

/** A matrix as far as it is written out. */
export interface Matrix {
  readonly axes: readonly Axis[];
  /** Absent where an expression lists them. */
  readonly include: readonly Node[] | undefined;
  readonly exclude: readonly Node[] | undefined;
}

export interface Axis {
  readonly name: string;
  readonly place: Place;
  /** Absent where an expression lists them. */
  readonly values: readonly Node[] | undefined;
}

/** The matrix of a job; absent where there is none, or an expression computes all of it. */
export const matrixOf = (job: Job): Matrix | undefined => {
  const matrix = job.node.get("strategy")?.get("matrix");
  if (!matrix?.isMapping) return undefined;
  const listed = (key: string): readonly Node[] | undefined => {
    const node = matrix.get(key);
    return node === undefined ? [] : node.isSequence ? node.items : undefined;
  };
  return {
    axes: matrix.entries
      .filter(({ key }) => key !== "include" && key !== "exclude")
      .map(({ key, keyPlace, value }) => ({
        name: key,
        place: keyPlace,
        values: value.isSequence ? value.items : undefined,
      })),
    include: listed("include"),
    exclude: listed("exclude"),
  };
};

/** What a value is, for comparing: equal texts are equal values. Absent where an expression decides. */
export const valueKey = (value: Node): string | undefined => {
  if (value.isScalar) return value.literal;
  if (value.expressions.length > 0) return undefined;
  if (value.isSequence) return JSON.stringify(value.items.map(valueKey));
  return JSON.stringify(value.entries.map(({ key, value: inner }) => [key, valueKey(inner)]).sort());
};

/** The same without regard to case, as GitHub's expressions compare. */
export const folded = (value: Node): string | undefined => valueKey(value)?.toLowerCase();

/** At least so many jobs; exact unless entries of `exclude` overlap. Absent where an expression decides. */
export const jobCount = ({ axes, include, exclude }: Matrix): number | undefined => {
  const keys = new Map<string, ReadonlySet<string | undefined>>();
  let combinations = axes.length === 0 ? 0 : 1;
  for (const { name, values } of axes) {
    if (!values || !exclude) return undefined;
    keys.set(name.toLowerCase(), new Set(values.map(folded)));
    combinations *= values.length;
  }
  let removed = 0;
  for (const entry of exclude ?? []) {
    let matching = 1;
    for (const { name, values } of axes) matching *= entry.get(name) ? 1 : (values?.length ?? 0);
    removed += matching;
  }
  // An entry with a value of its own on an axis joins none of the combinations: it is a job more.
  const added = (include ?? []).filter(
    entry =>
      axes.length === 0 ||
      entry.entries.some(({ key, value }) => {
        const values = keys.get(key.toLowerCase());
        const own = folded(value);
        return values && own !== undefined && !values.has(own);
      }),
  ).length;
  return Math.max(0, combinations - removed) + added;
};
