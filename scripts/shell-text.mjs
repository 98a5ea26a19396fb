import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const INCLUDE = /^# include (?<path>\S+)\n/gm;

/**
 * The text of a shell script as it stands in a workflow: without its shebang line, each `# include lib/x.sh` line
 * replaced by that file (its own shebang and leading comment dropped), ending in one newline.
 *
 * @param {string} path absolute path of a `.sh` file
 * @returns {string}
 */
export const shellText = path =>
  withoutShebang(readFileSync(path, "utf8")).replace(INCLUDE, (_line, included) =>
    withoutShebang(readFileSync(join(dirname(path), included), "utf8")).replace(/^(#.*\n)+/, ""),
  );

/** @param {string} text */
const withoutShebang = text => text.replace(/^#!.*\n/, "");

/** The Vite plugin that lets a test import `x.sh` as its text; the build has the same for esbuild. */
export const shellTextPlugin = {
  name: "shell-text",
  /** @param {string} id */
  load(id) {
    return id.endsWith(".sh") ? `export default ${JSON.stringify(shellText(id))};` : undefined;
  },
};
