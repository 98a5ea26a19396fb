import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { holding } from "./cli.ts";

/** The oldest Node the package promises to run on, and newer lines, pinned. */
export const nodeVersions = ["20.19.0", "22.23.3", "24.21.0"] as const;

const tools = join(import.meta.dirname, "../../.tools");
const platform = process.platform === "win32" ? "win" : process.platform;
const name = `node-${platform}-${process.arch}`;

/** Node of that version, installed once from npm into a folder git does not see. */
export const nodeOf = (version: (typeof nodeVersions)[number]): string => {
  if (process.versions.node === version) return process.execPath;
  const folder = join(tools, `node${version}`);
  const executable = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  return holding(`${folder}.lock`, () => {
    if (existsSync(executable)) return executable;
    mkdirSync(folder, { recursive: true });
    const args = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    execFileSync("npm", [...args, "--loglevel=error", `${name}@${version}`], { cwd: folder, stdio: "pipe" });
    return executable;
  });
};
