import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runScript, type ShellResult } from "../support/shell.ts";

const env = { LOCK_FILE: "ml/pipeline.lock.json", CONFIG: "ml/pipeline config.ts" };
const run = (lock: unknown, exit = 0) =>
  runScript("check-up-to-date", {
    env,
    files: lock === undefined ? {} : { [env.LOCK_FILE]: typeof lock === "string" ? lock : JSON.stringify(lock) },
    commands: { npx: `printf '%s\\n' "$@" >"$STANDIN/npx"; exit ${exit}` },
  });
const npx = (result: ShellResult) => {
  const file = join(result.standin, "npx");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : undefined;
};

test.for(["1.2.3", "0.1.0-rc.1"])("check-up-to-date: the lock file's version of the tool (%s) runs", async version => {
  const result = await run({ tool: { version } });
  expect(result.exitCode).toBe(0);
  expect(npx(result)).toEqual([
    "--yes",
    `creditrisk-ci@${version}`,
    "check",
    "--config",
    "ml/pipeline config.ts",
    "--format",
    "github",
  ]);
});

test.for([1, 2, 3])("check-up-to-date: the exit code %i of the tool is that of the step", async exit => {
  expect((await run({ tool: { version: "1.2.3" } }, exit)).exitCode).toBe(exit);
});

test.for<[string, unknown]>([
  ["no file", undefined],
  ["not JSON", "{"],
  ["no version", { tool: {} }],
  ["a list", []],
  ["a tag", { tool: { version: "latest" } }],
  ["a range", { tool: { version: "^1.2.3" } }],
  ["another package", { tool: { version: "1.2.3 evil" } }],
  ["a second line", { tool: { version: "1.2.3\n--package=evil" } }],
])("check-up-to-date: a lock file with %s runs nothing", async ([, lock]) => {
  const result = await run(lock);
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain(
    "::error title=Workflows up to date::ml/pipeline.lock.json names no version of the tool.",
  );
  expect(npx(result)).toBeUndefined();
});
