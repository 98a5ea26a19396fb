import { dirname, join, resolve } from "node:path";
import { failure, type Result, success } from "../diagnostics/diagnostic.ts";
import type { Files } from "../host/host.ts";
import { shown } from "../repository/root.ts";

/** The names a config is found by. */
const NAME = /^pipeline\.config\.(?:ts|mts|js|mjs|json|ya?ml)$/;

/** `pipeline.config.{ts,mts,js,mjs,json,yaml,yml}`: upward from `from` to `root` (the git root), or `explicit` (relative to `from`). */
export const findConfig = (files: Files, from: string, root: string, explicit?: string): Result<string> => {
  if (explicit !== undefined) {
    const path = resolve(from, explicit);
    if (files.kind(path) !== undefined) return success(path);
    return failure({
      code: "config/not-found",
      severity: "error",
      message: `there is no file \`${explicit}\``,
      hint: "`--config` takes the path of a config, relative to the working directory",
    });
  }

  for (const folder of upward(from, root)) {
    const names = files.list(folder).filter(name => NAME.test(name));
    const [first, ...others] = names.map(name => join(folder, name));
    if (first === undefined) continue;
    if (others.length === 0) return success(first);
    const quoted = names.map(name => `\`${name}\``);
    return failure({
      code: "config/ambiguous",
      severity: "error",
      file: shown(root, first),
      message: `there are ${names.length} configs in one folder: ${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`,
      hint: "keep one of them, or name one with `--config`",
    });
  }
  return failure({
    code: "config/not-found",
    severity: "error",
    message: "there is no pipeline.config.ts (nor .mts, .js, .mjs, .json, .yaml or .yml) here or in a folder above",
    hint: [
      "two lines in pipeline.config.ts are enough:",
      '  import { defineConfig } from "creditrisk-ci";',
      '  export default defineConfig({ name: "my-model" });',
    ].join("\n"),
  });
};

/** The folder, its parent and so on to `root`; only the folder itself where it lies outside of `root`. */
const upward = (from: string, root: string): readonly string[] => {
  const folders = [from];
  for (let folder = from; folder !== root; ) {
    const parent = dirname(folder);
    if (parent === folder) return [from];
    folders.push(parent);
    folder = parent;
  }
  return folders;
};
