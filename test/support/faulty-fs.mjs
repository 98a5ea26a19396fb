/**
 * Loaded before the tool with `node --import`: makes the disk refuse what FAULTS says, as a list of
 * `{ call, path, code }`: the function of node:fs, a part of the path, and the code of the error.
 * For what a test that runs as root cannot have otherwise.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** @type {Map<unknown, unknown>} */
const opened = new Map();
const calls = /** @type {Record<string, (...args: unknown[]) => unknown>} */ (/** @type {unknown} */ (fs));
for (const { call, path, code } of JSON.parse(process.env.FAULTS ?? "[]")) {
  const original = calls[call] ?? (() => {});
  /** @param {unknown[]} args */
  const refuses = args => args.some(argument => String(opened.get(argument) ?? argument).includes(path));
  calls[call] = (...args) => {
    if (refuses(args)) throw Object.assign(new Error(`${code}: ${call}`), { code });
    return original(...args);
  };
}
const { openSync } = fs;
fs.openSync = (path, ...rest) => {
  const file = openSync(path, ...rest);
  opened.set(file, path);
  return file;
};
syncBuiltinESMExports();
