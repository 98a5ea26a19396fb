import type { ConfigInput } from "../config/schema.ts";
import type { Comment } from "./comments.ts";
import { writeScript } from "./write-script.ts";

/** The text of a config file, with comments above the fields they are about. Only a YAML config loads what writes YAML. */
export const writeConfig = async (
  config: ConfigInput,
  comments: readonly Comment[],
  form: "script" | "yaml",
): Promise<string> =>
  form === "script" ? writeScript(config, comments) : (await import("./write-yaml.ts")).writeYaml(config, comments);
