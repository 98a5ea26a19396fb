import { execFileSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";

const example = join(import.meta.dirname, "../../examples/creditrisk");

/** Copies the example project: the files that git knows of it, or would. */
export const copyExample = (folder: string): void => {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "."];
  const listed = execFileSync("git", args, { cwd: example, encoding: "utf8" });
  for (const file of listed.split("\0").filter(path => path !== "" && existsSync(join(example, path))))
    cpSync(join(example, file), join(folder, file));
};
