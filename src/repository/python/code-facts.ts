import type { Fact } from "./library.ts";
import type { Program } from "./program.ts";
import type { Value } from "./values.ts";
import { isFromEnvironment, possibilities } from "./values.ts";

type FactOf<K extends Fact["kind"]> = Extract<Fact, { readonly kind: K }>;

const factsOf = <K extends Fact["kind"]>({ facts }: Program, kind: K): readonly FactOf<K>[] => {
  const seen = new Set<string>();
  return facts.filter((fact): fact is FactOf<K> => {
    if (fact.kind !== kind) return false;
    const path = "path" in fact ? fact.path : undefined;
    const key = JSON.stringify([path, fact.spot, "isConditional" in fact && fact.isConditional]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
};

/** The files and folders that a program makes, where their paths are known. */
export const writtenPaths = (program: Program): readonly FactOf<"write" | "read">[] => factsOf(program, "write");

/** Those it reads. */
export const readPaths = (program: Program): readonly FactOf<"write" | "read">[] => factsOf(program, "read");

/** Where it looks at the time of a file, which a checkout or a download renews. */
export const modificationTimes = (program: Program): readonly FactOf<"modification-time">[] =>
  factsOf(program, "modification-time");

/** Where it ends with 0 in some cases, before the promotion it is there for. */
export const refusals = (program: Program): readonly FactOf<"refusal">[] => factsOf(program, "refusal");

export interface TrackingUri extends FactOf<"tracking-uri"> {
  /** The text it certainly is, whatever the environment says. */
  readonly fixed: Extract<Value, { readonly kind: "constant" | "path" }> | undefined;
}

/** Where it says which MLflow server it talks to. */
export const trackingUris = (program: Program): readonly TrackingUri[] =>
  factsOf(program, "tracking-uri").map(fact => ({ ...fact, fixed: fixedOf(fact) }));

const fixedOf = ({ value, isConditional, isUpToEnvironment }: FactOf<"tracking-uri">): TrackingUri["fixed"] => {
  if (isConditional || isUpToEnvironment || isFromEnvironment(value)) return undefined;
  const all = possibilities(value).map(one =>
    one.kind === "path" || (one.kind === "constant" && typeof one.value === "string" && one.value !== "")
      ? one
      : undefined,
  );
  return all.includes(undefined) ? undefined : all[0];
};
