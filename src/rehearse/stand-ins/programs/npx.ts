import { spawnSync } from "node:child_process";
import { need } from "../environment.ts";

/** What npx and `npm exec` take before the package. */
const isOption = (word: string): boolean => /^(?:-y|--yes|--quiet|-q|--silent|--)$/.test(word);

const refuse = (text: string): number => {
  const version = process.env.REHEARSAL_VERSION;
  process.stderr.write(`${text}: a rehearsal has creditrisk-ci@${version}, and no registry of packages\n`);
  return 1;
};

/** Runs this tool in the version that is asked for, if it is the one at hand. */
export const npx = (argv: readonly string[]): number => {
  const start = argv.findIndex(word => !isOption(word));
  const [wanted = "", ...rest] = start < 0 ? [] : argv.slice(start);
  if (wanted !== `creditrisk-ci@${need("REHEARSAL_VERSION")}`) return refuse(`npx ${wanted}`.trim());
  const own = rest[0] === "--" ? rest.slice(1) : rest;
  const { status } = spawnSync(process.execPath, [need("REHEARSAL_CLI"), ...own], { stdio: "inherit" });
  return status ?? 1;
};

/** npm, of which only `exec` can be rehearsed. */
export const npm = ([verb = "", ...argv]: readonly string[]): number =>
  verb === "exec" || verb === "x" ? npx(argv) : refuse(`npm ${verb}`.trim());
