import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { expect, test } from "vitest";
import { shell } from "../support/dvc.js";
import { runScript, type ShellResult } from "../support/shell.js";

const commands = {
  python: 'echo "python $*" >>"$STANDIN/calls"; mkdir -p .venv/bin',
  uv: 'echo "uv $*" >>"$STANDIN/calls"; mkdir -p .venv/bin',
};
const restored = (text: string) => (workspace: string) =>
  shell(
    workspace,
    `mkdir -p .venv/bin && printf '#!/bin/sh\\n${text}\\n' >.venv/bin/python && chmod +x .venv/bin/python`,
  );
const calls = (result: ShellResult) =>
  existsSync(join(result.standin, "calls")) ? readFileSync(join(result.standin, "calls"), "utf8") : "";

test.each([
  ["pip", "python -m venv .venv\n"],
  ["uv", "uv venv --python 3.11 .venv\n"],
])("create-venv: with %s a new environment is made and put on the PATH", async (INSTALLER, expected) => {
  const result = await runScript("create-venv", { env: { INSTALLER, PYTHON_VERSION: "3.11" }, commands });
  expect(result.exitCode).toBe(0);
  expect(calls(result)).toBe(expected);
  expect(result.path).toBe(`${result.workspace}/.venv/bin\n`);
  expect(result.env).toEqual({ VIRTUAL_ENV: `${result.workspace}/.venv` });
});

test.each([
  ["3.11", "echo 3.11", true],
  ["3.11.9", "echo 3.11", true],
  ["3.1", "echo 3.11", false],
  ["3.12", "echo 3.11", false],
  ["3.x", "echo 3.11", false],
  ["3.11", "exit 1", false],
])("create-venv: for Python %s, a restored environment that does `%s` is kept: %s", async (version, text, kept) => {
  const result = await runScript("create-venv", {
    env: { INSTALLER: "pip", PYTHON_VERSION: version },
    commands,
    prepare: restored(text),
  });
  expect(result.exitCode).toBe(0);
  expect(calls(result) === "").toBe(kept);
  expect(existsSync(join(result.workspace, ".venv/bin/python"))).toBe(kept);
  expect(result.env.VIRTUAL_ENV).toBe(`${result.workspace}/.venv`);
});

test("create-venv: an environment whose interpreter is gone is made anew", async () => {
  const result = await runScript("create-venv", {
    env: { INSTALLER: "uv", PYTHON_VERSION: "3.11" },
    commands,
    prepare: workspace => shell(workspace, "mkdir -p .venv/bin && ln -s /nonexistent/python .venv/bin/python"),
  });
  expect(result.exitCode).toBe(0);
  expect(calls(result)).toBe("uv venv --python 3.11 .venv\n");
});

test("create-venv: the environment of the real Python works, and is kept the second time", async () => {
  const version = execaSync("python3", ["-c", 'import sys; print("%d.%d" % sys.version_info[:2])']).stdout;
  const result = await runScript("create-venv", {
    env: { INSTALLER: "pip", PYTHON_VERSION: version },
    commands: { python: 'exec python3 "$@"' },
    prepare: workspace => shell(workspace, "python3 -m venv --without-pip .venv"),
  });
  expect(result.log).toContain(`(Python ${version}) and is kept`);
});
