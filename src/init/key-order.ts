import type * as z from "zod";
import type { ConfigInput } from "../config/schema.ts";
import { pipelineSchema, pipelinesSchema } from "../config/schema.ts";
import { isData } from "./record.ts";

/** The same config with its keys in the order in which the schema, and so the documentation, has them. */
export const inOrder = (config: ConfigInput): ConfigInput =>
  ordered(config, "pipelines" in config ? pipelinesSchema : pipelineSchema) as ConfigInput;

const ordered = (value: unknown, schema: z.core.$ZodType | undefined): unknown => {
  const { def } = (schema as z.core.$ZodTypes | undefined)?._zod ?? {};
  if (def === undefined) return value;
  if (def.type === "default" || def.type === "prefault" || def.type === "optional")
    return ordered(value, def.innerType);
  if (def.type === "union") {
    const fits = def.options.find(option => option._zod.def.type === (Array.isArray(value) ? "array" : "object"));
    return isReference(value) ? value : ordered(value, fits);
  }
  if (Array.isArray(value))
    return def.type === "array" ? (value as readonly unknown[]).map(item => ordered(item, def.element)) : value;
  if (!isData(value) || def.type !== "object") return value;
  const known = Object.keys(def.shape);
  return Object.fromEntries(
    [...known.filter(key => key in value), ...Object.keys(value).filter(key => !known.includes(key))].map(key => [
      key,
      ordered(value[key], def.shape[key] ?? def.catchall),
    ]),
  );
};

/** What stands for a value that is kept elsewhere. */
const isReference = (value: unknown): boolean =>
  isData(value) && ["secret", "variable", "output"].some(key => key in value);
