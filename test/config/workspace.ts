import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { nodeHost } from "../../src/host/node.ts";
import { emptyFolder } from "../support/folders.ts";

/** A folder outside of this repository with these files. */
export const workspace = (contents: Readonly<Record<string, string | Uint8Array>> = {}): string => {
  const folder = emptyFolder();
  for (const [path, content] of Object.entries(contents)) put(folder, path, content);
  return folder;
};

export const put = (folder: string, path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};

/** The disk. */
export const disk = nodeHost().files;

export interface Loaded {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The `Result` as JSON. */
  readonly result: unknown;
}

export type Bundle = (root: string, config: string, cacheFolder?: string) => Promise<Loaded>;

/** The loader as it is shipped: one bundle with lazy chunks, run by plain Node in a process of its own. Chunks may be left out. */
export const bundledLoader = async (...without: readonly string[]): Promise<Bundle> => {
  const repository = join(import.meta.dirname, "../..");
  const folder = workspace();
  await build({
    absWorkingDir: repository,
    stdin: { contents: RUNNER, resolveDir: repository, loader: "ts" },
    entryNames: "runner",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  });
  for (const file of readdirSync(folder))
    if (without.some(chunk => file.startsWith(`${chunk}-`))) rmSync(join(folder, file));
  return async (root, config, cacheFolder) => {
    const parameters = [join(folder, "runner.mjs"), root, config, ...(cacheFolder === undefined ? [] : [cacheFolder])];
    const { code, stdout, stderr } = await promisify(execFile)(process.execPath, parameters, { cwd: root })
      .then(output => ({ code: 0, ...output }))
      .catch((error: { code: number; stdout: string; stderr: string }) => error);
    const line = stdout.trimEnd().split("\n").at(-1) ?? "";
    return { exitCode: code, stdout, stderr, result: line.startsWith("{") ? JSON.parse(line) : undefined };
  };
};

const RUNNER = `
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "./src/config/load.ts";
const kind = path => {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.isSymbolicLink() ? "symlink" : stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
};
const files = { kind, read: path => readFileSync(path), list: path => readdirSync(path).sort(), writeAll() {}, remove() {} };
const [root, config, cacheFolder] = process.argv.slice(2);
const result = await loadConfig(join(root, config), { files, root, cacheFolder });
process.stdout.write("\\n" + JSON.stringify(result) + "\\n");
`;
