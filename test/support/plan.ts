import { initialLock } from "../../src/actions/lock.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { Result } from "../../src/diagnostics/diagnostic.ts";
import { plan, WORKFLOWS } from "../../src/plan.ts";
import { templates } from "../../templates/index.ts";

/** The lock every test plans with, unless it says otherwise: the pins built into the tool. */
export const lock = initialLock("1.0.0");

/** What a config means: the text of each workflow, by file name, or everything that is wrong with it. */
export const planned = (config: unknown): Result<ReadonlyMap<string, string>> => {
  const position = () => undefined;
  const pipelines = parseConfig(config, {
    configFile: "pipeline.config.ts",
    lockFile: "pipeline.lock.json",
    position,
  });
  if (!pipelines.ok) return pipelines;
  const files = plan(pipelines.value, templates, { lock, position });
  return files.ok
    ? {
        ok: true,
        value: new Map([...files.value].map(([path, { render }]) => [path.slice(WORKFLOWS.length + 1), render()])),
      }
    : files;
};

/** The same for a config that must be valid. */
export const workflowsOf = (config: unknown): ReadonlyMap<string, string> => {
  const files = planned(config);
  if (!files.ok) throw new Error(files.diagnostics.map(({ message }) => message).join("\n"));
  return files.value;
};
