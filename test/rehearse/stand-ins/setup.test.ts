import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Machine } from "./machine.ts";

const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
const version = execFileSync(python, ["-c", "import platform; print(platform.python_version())"], {
  encoding: "utf8",
}).trim();
const series = version.replace(/\.\d+$/, "");
const env = { REHEARSAL_PYTHONS: `/no/such/python:${python}`, REHEARSAL_UV: "" };
const setup = (machine: Machine, inputs: Record<string, string>) =>
  machine.step("actions/setup-python", inputs, { env });

test("setup-python: a job has a Python of its own, with pip, on its path", () => {
  const machine = new Machine();
  const result = setup(machine, { "python-version": series });
  expect(result).toMatchObject({ code: 0, outputs: { "python-version": version, "cache-hit": "false" } });
  const [, bin = ""] = result.path;
  expect(bin.startsWith(machine.home)).toBe(true);
  expect(result.env.pythonLocation).toBe(join(bin, ".."));
  expect(result.outputs["python-path"]).toBe(join(bin, "python"));
  expect(execFileSync(join(bin, "pip"), ["--version"], { encoding: "utf8" })).toContain(machine.home);
  expect(existsSync(join(bin, `pip${series}`))).toBe(true);
  expect(machine.journal("actions.jsonl")).toEqual([{ kind: "setup-python", job: "build", version }]);
});

const machine = new Machine();
test.for([">=3.8 <4", ">=3.8,<4", "3.x", "~=3.0", version])("setup-python: %s is a version to choose by", wanted => {
  const result = setup(machine, { "python-version": wanted, "update-environment": "false" });
  expect(result).toMatchObject({ code: 0, env: {}, path: [] });
});

test.for<[string, Record<string, string>, string]>([
  ["a version that is not here", { "python-version": "3.99" }, `was not found. This machine has: ${version}`],
  ["another Python", { "python-version": "pypy3.10" }, "does not know the Python version 'pypy3.10'"],
  ["a file that is not here", { "python-version-file": "none" }, "doesn't exist"],
  ["a cache without its file", { "python-version": series, cache: "pip" }, "make sure you have checked out"],
  ["a cache of something else", { "python-version": series, cache: "npm" }, "Caching for 'npm' is not supported"],
])("setup-python: %s is refused", ([, inputs, text]) => {
  const result = setup(new Machine(), inputs);
  expect(result.code).toBe(1);
  expect(result.log).toContain(text);
});

test("setup-python: a file of the repository says the version", () => {
  const machine = new Machine().write({ "pyproject.toml": `[project]\nrequires-python = "~=${series}"\n` });
  expect(setup(machine, { "python-version-file": "pyproject.toml" }).outputs["python-version"]).toBe(version);
});

test("setup-uv: uv finds this machine's interpreters, and downloads none", () => {
  const machine = new Machine().command("uv", 'case $1 in --version) echo "uv 0.9.1" ;; *) exit 2 ;; esac');
  const uv = machine.step(
    "astral-sh/setup-uv",
    { "python-version": series },
    { env: { ...env, REHEARSAL_UV: join(machine.workspace, "../bin/uv") } },
  );
  expect(uv).toMatchObject({
    code: 0,
    outputs: { "uv-version": "0.9.1", "python-version": series, "cache-hit": "false" },
    env: { UV_PYTHON: series, UV_PYTHON_DOWNLOADS: "never" },
  });
  const [folder = ""] = uv.path;
  const found = execFileSync(join(folder, `python${series}`), ["--version"], { encoding: "utf8" });
  expect(found.trim()).toBe(`Python ${version}`);
  expect(machine.journal("actions.jsonl")).toEqual([{ kind: "setup-uv", job: "build", python: series }]);
});

test("setup-uv: a machine without uv, or without the Python, is an error", () => {
  const machine = new Machine().command("uv", "true");
  expect(machine.step("astral-sh/setup-uv", {}, { env }).log).toContain("This machine has no uv");
  const options = { env: { ...env, REHEARSAL_UV: join(machine.workspace, "../bin/uv") } };
  expect(machine.step("astral-sh/setup-uv", { "python-version": "3.99" }, options).code).toBe(1);
});

test("setup-node: another version is told, and fails nothing", () => {
  const machine = new Machine();
  const [major = ""] = process.versions.node.split(".");
  expect(machine.step("actions/setup-node", { "node-version": major }).log).not.toContain("::warning::");
  const other = machine.step("actions/setup-node", { "node-version": "4" });
  expect(other).toMatchObject({ code: 0, outputs: { "node-version": process.version } });
  expect(other.log).toContain("::warning::The step asks for Node.js 4");
  expect(machine.step("actions/setup-node", { cache: "npm" }).log).toContain("Dependencies lock file is not found");
});

test("an action without a stand-in passes with a warning, and is written down", () => {
  const machine = new Machine();
  expect(machine.step("codecov/codecov-action")).toMatchObject({
    code: 0,
    log: expect.stringMatching(/^::warning::.*codecov\/codecov-action/),
  });
  expect(machine.journal("actions.jsonl")).toEqual([
    { kind: "unknown", job: "build", action: "codecov/codecov-action" },
  ]);
});
