import * as z from "zod";
import { configSchema } from "./schema.ts";

/** The JSON Schema (2020-12) of a config as written: what has a default is optional. */
export const configJsonSchema = (): Readonly<Record<string, unknown>> => ({
  title: "Config of creditrisk-ci",
  ...z.toJSONSchema(configSchema, { io: "input", target: "draft-2020-12" }),
});
