import { isDeepStrictEqual } from "node:util";
import { resolvePipeline } from "../config/resolve.ts";
import type { ConfigInput } from "../config/schema.ts";
import { pipelineSchema } from "../config/schema.ts";
import type { Data } from "./record.ts";
import { isData, withoutKey } from "./record.ts";

/** The config without what it would mean anyway: every field that has its default is left out, and nothing else. */
export const minimal = (config: ConfigInput): ConfigInput =>
  "pipelines" in config
    ? { pipelines: config.pipelines.map(pipeline => minimalPipeline(pipeline) as typeof pipeline) }
    : (minimalPipeline(config) as typeof config);

const minimalPipeline = (pipeline: Data): Data => {
  const meant = meaning(pipeline);
  return shrunk(pipeline, candidate => isDeepStrictEqual(meaning(candidate as Data), meant)) as Data;
};

/** Every default filled in; absent for what is no config. */
const meaning = (pipeline: Data): unknown => {
  const parsed = pipelineSchema.safeParse(pipeline);
  return parsed.success
    ? resolvePipeline(parsed.data, { configFile: "", lockFile: "", oneOfSeveral: false })
    : undefined;
};

/** A value without the keys that may go, as far as `suffices` says of the whole. */
const shrunk = (value: unknown, suffices: (candidate: unknown) => boolean): unknown => {
  if (Array.isArray(value)) {
    const items: unknown[] = [...(value as readonly unknown[])];
    for (const [index, item] of items.entries())
      items[index] = shrunk(item, candidate => suffices(items.with(index, candidate)));
    return items;
  }
  if (!isData(value)) return value;
  let object = value;
  for (const key of Object.keys(value)) {
    // A payload is data of the team's: it is kept whole, or not at all.
    const rest = withoutKey(object, key);
    if (suffices(rest)) object = rest;
    else if (key !== "payload" && key !== "extend") {
      const around = object;
      object = { ...around, [key]: shrunk(around[key], candidate => suffices({ ...around, [key]: candidate })) };
    }
  }
  return object;
};
