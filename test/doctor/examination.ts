import { parse } from "yaml";
import { loadYaml } from "../../src/config/load-yaml.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { Check, ExampleFiles } from "../../src/doctor/check.ts";
import type { Finding } from "../../src/doctor/examine.ts";
import { examine } from "../../src/doctor/examine.ts";
import { repositoryOf } from "../support/contents.ts";
import { laidOver } from "./sound-repository.ts";

/** What the checks find in the sound repository with these files laid over it. */
export const examineExample = async (example: ExampleFiles, list?: readonly Check[]): Promise<readonly Finding[]> => {
  const files = laidOver(example);
  const [configFile, text] = ["pipeline.config.yaml", files["pipeline.config.yaml"] ?? ""];
  const loaded = loadYaml(text, configFile, configFile);
  if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
  const locate = await loaded.value.locate();
  const parsed = parseConfig(parse(text), { configFile, lockFile: "pipeline.lock.json", position: locate });
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message);
  return examine(
    {
      pipelines: parsed.value,
      repository: repositoryOf(files),
      configFile,
      config: loaded.value.value,
      locate,
    },
    list,
  );
};
