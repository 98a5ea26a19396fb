import type * as z from "zod";

/**
 * Every field a config may have, by its path: `deploy.aws.region`, `images[].name`, `checks.*.advisory`. What is the same for
 * each workflow, gate or place of a step is named once.
 */
export const fieldsOf = (schema: z.core.$ZodType): readonly string[] =>
  [...new Set(walk(schema, "").map(shortened))].sort();

const walk = (schema: z.core.$ZodType, path: string): readonly string[] => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "default":
    case "prefault":
    case "optional":
      return walk(def.innerType, path);
    case "pipe":
      return walk(def.in, path);
    case "union":
      return def.options.flatMap(option => walk(option, path));
    case "array":
      return isPlain(def.element) ? [path] : walk(def.element, `${path}[]`);
    case "record":
      return isPlain(def.valueType) ? [path] : walk(def.valueType, `${path}.*`);
    case "object":
      if (["secret", "variable", "output"].some(key => key in def.shape)) return [path];
      return [
        ...Object.entries(def.shape).flatMap(([key, value]) => walk(value, path === "" ? key : `${path}.${key}`)),
        ...(def.catchall ? walk(def.catchall, `${path}.*`) : []),
      ];
    case "never":
      return [];
    default:
      return [path];
  }
};

/** Whether a list or table holds nothing but single values: it is then one field itself. */
const isPlain = (schema: z.core.$ZodType): boolean => walk(schema, "").every(path => path === "");

const shortened = (path: string): string =>
  path
    .replace(/^(extend|permissions)\.(ci|cd|nightly)\./, "$1.<workflow>.")
    .replace(/\.(before|after|replace)\..*$/, ".$1")
    .replace(/^checks\.\w+\./, "checks.*.");
