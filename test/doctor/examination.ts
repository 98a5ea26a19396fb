import { parse } from "yaml";
import { loadYaml } from "../../src/config/load-yaml.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { Check, ExampleFiles } from "../../src/doctor/check.ts";
import type { Finding } from "../../src/doctor/examine.ts";
import { examine } from "../../src/doctor/examine.ts";
import type { GitFacts } from "../../src/repository/git.ts";
import { repositoryOf } from "../support/contents.ts";
import { laidOver } from "./sound-repository.ts";

/** A clone with a history, in which nothing is ignored but the files that a line of `.gitignore` names as they are, or the folder they are in. */
export const plainGit = (files: Readonly<Record<string, string>>): GitFacts => ({
  isAvailable: true,
  isShallow: async () => false,
  remoteUrl: async () => "https://github.com/acme/demo.git",
  defaultBranch: async () => "main",
  ignored: async paths => {
    const lines = (files[".gitignore"] ?? "")
      .split("\n")
      .map((text, index) => ({ pattern: text.trim(), line: index + 1 }));
    return new Map(
      paths.flatMap(path => {
        const found = lines.findLast(({ pattern }) => {
          const plain = pattern.replace(/^\//, "").replace(/\/?\*?$/, "");
          return plain !== "" && !pattern.startsWith("!") && (path === plain || path.startsWith(`${plain}/`));
        });
        return found ? [[path, { file: ".gitignore", ...found }]] : [];
      }),
    );
  },
});

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
      git: plainGit(files),
      configFile,
      config: loaded.value.value,
      locate,
    },
    list,
  );
};
