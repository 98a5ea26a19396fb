import { cpSync } from "node:fs";
import { join } from "node:path";
import { recordAction } from "../journal.ts";
import { flag, info, input, inWorkspace, Refusal, setOutput, withoutEffect } from "../toolkit.ts";
import { artifactFolder, artifactId, artifactNames, filesIn } from "./artifact-store.ts";

const matches = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(name);

/** The artifacts that the step asks for: one by name, some by number or pattern, or all. */
const wanted = (): readonly string[] => {
  const [name, ids, pattern] = [input("name"), input("artifact-ids"), input("pattern")];
  const all = artifactNames();
  if (name !== "" && ids !== "") throw new Refusal("Inputs 'name' and 'artifact-ids' cannot be used together.");
  if (name !== "") {
    if (all.includes(name)) return [name];
    throw new Refusal(`Unable to download artifact(s): Artifact not found for name: ${name}`);
  }
  if (ids !== "") {
    const numbers = ids.split(",").map(id => id.trim());
    const found = all.filter(one => numbers.includes(artifactId(one)));
    if (found.length === 0) throw new Refusal("None of the provided artifact IDs were found");
    return found;
  }
  return pattern === "" ? all : all.filter(one => matches(pattern, one));
};

/** Brings artifacts of the run into the workspace. */
export const downloadArtifact = {
  main: () => {
    const run = input("run-id");
    if (run !== "" && run !== process.env.GITHUB_RUN_ID)
      throw new Refusal(`A rehearsal has the artifacts of this run only, not those of run ${run}`);
    withoutEffect("skip-decompress", "digest-mismatch");
    const names = wanted();
    const base = inWorkspace(input("path"));
    const direct =
      input("name") !== "" || flag("merge-multiple", false) || (input("artifact-ids") !== "" && names.length === 1);
    for (const name of names) {
      const [source, path] = [artifactFolder(name), direct ? base : join(base, name)];
      cpSync(source, path, { recursive: true });
      recordAction({ kind: "artifact-download", name, path, files: filesIn(source) });
    }
    setOutput("download-path", base);
    info(`Total of ${names.length} artifact(s) downloaded`);
  },
};
