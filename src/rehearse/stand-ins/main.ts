import { readFileSync } from "node:fs";
import { standIns } from "./actions/index.ts";
import { docker } from "./docker/docker.ts";
import { recordAction } from "./journal.ts";
import { isKnown } from "./known.ts";
import { gh } from "./programs/gh.ts";
import { npm, npx } from "./programs/npx.ts";
import { error, Refusal, warn } from "./toolkit.ts";

const runAction = async ([name = "", phase = "main"]: readonly string[]): Promise<number> => {
  try {
    if (isKnown(name)) await (phase === "post" ? standIns[name].post?.() : standIns[name].main());
    else if (phase === "main") {
      recordAction({ kind: "unknown", action: name });
      warn(`A rehearsal does nothing for ${name}: its step passes, whatever it would do.`);
    }
    return 0;
  } catch (problem) {
    if (problem instanceof Refusal) error(problem.message);
    else error(`The stand-in of ${name} failed: ${problem instanceof Error ? problem.stack : problem}`);
    return 1;
  }
};

const runDocker = (argv: readonly string[]): number => {
  const stdin = argv.includes("--password-stdin") ? readFileSync(0, "utf8") : "";
  const { exit, out, err } = docker(argv, { cwd: process.cwd(), stdin });
  if (out !== "") process.stdout.write(`${out}\n`);
  if (err !== "") process.stderr.write(`${err}\n`);
  return exit;
};

const programs: Readonly<Record<string, (argv: readonly string[]) => number | Promise<number>>> = {
  action: runAction,
  docker: runDocker,
  gh,
  npx,
  npm,
};

const [program = "", ...argv] = process.argv.slice(2);
const call = programs[program];
if (!call) throw new Error(`There is no stand-in for the program ${program}`);
// As an exit code, not by an exit: what is written to a pipe arrives whole.
Promise.resolve(call(argv)).then(code => {
  process.exitCode = code;
  // act does not listen on once a step has failed: without a pause the reason is lost now and then.
  if (program === "action" && code !== 0) setTimeout(() => {}, 300);
});
