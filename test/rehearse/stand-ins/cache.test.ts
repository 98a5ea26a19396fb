import { readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Machine } from "./machine.ts";

const save = (machine: Machine, key: string, path = ".venv") => machine.step("actions/cache/save", { key, path });
const restore = (machine: Machine, key: string, more: Record<string, string> = {}) =>
  machine.step("actions/cache/restore", { key, path: ".venv", ...more });

test("cache: what one job saved under a key is there in another", () => {
  const machine = new Machine().write({ ".venv/lib/a.py": "a" });
  expect(save(machine, "venv-1")).toMatchObject({ code: 0 });
  const other = machine.another();
  const result = restore(other, "venv-1");
  expect(result.outputs).toEqual({
    "cache-primary-key": "venv-1",
    "cache-matched-key": "venv-1",
    "cache-hit": "true",
  });
  expect(other.read(".venv/lib/a.py")).toBe("a");
  expect(machine.journal("actions.jsonl")).toEqual([
    { kind: "cache-save", job: "build", key: "venv-1", saved: true },
    { kind: "cache-restore", job: "build", key: "venv-1", matched: "venv-1" },
  ]);
});

test("cache: a virtual environment names the workspace it is in now", () => {
  const machine = new Machine();
  const home = machine.workspace;
  machine.write({
    ".venv/bin/tool": `#!${home}/.venv/bin/python\n`,
    ".venv/pyvenv.cfg": `command = python -m venv ${home}/.venv\n`,
    ".venv/lib/site-packages/__editable__.risk.pth": `${home}/src\n`,
    ".venv/lib/site-packages/data.txt": `${home}/src\n`,
    ".venv/bin/binary": `\0${home}\n`,
    "src/x.py": "",
  });
  symlinkSync(join(home, "src"), join(home, ".venv/src"));
  symlinkSync("/usr/bin/env", join(home, ".venv/bin/env"));
  save(machine, "k");
  const other = machine.another();
  expect(restore(other, "k").code).toBe(0);
  const here = other.workspace;
  expect(other.read(".venv/bin/tool")).toBe(`#!${here}/.venv/bin/python\n`);
  expect(other.read(".venv/pyvenv.cfg")).toBe(`command = python -m venv ${here}/.venv\n`);
  expect(other.read(".venv/lib/site-packages/__editable__.risk.pth")).toBe(`${here}/src\n`);
  expect(other.read(".venv/lib/site-packages/data.txt")).toBe(`${home}/src\n`);
  expect(other.read(".venv/bin/binary")).toBe(`\0${home}\n`);
  expect(readlinkSync(join(here, ".venv/src"))).toBe(join(here, "src"));
  expect(readlinkSync(join(here, ".venv/bin/env"))).toBe("/usr/bin/env");
});

test("cache: without the key the newest entry of a prefix is taken, and it is no hit", () => {
  const machine = new Machine().write({ ".venv/a": "old" });
  save(machine, "venv-1");
  machine.write({ ".venv/a": "new" });
  save(machine, "venv-2");
  const other = machine.another();
  expect(restore(other, "venv-9", { "restore-keys": "none-\nvenv-\n" }).outputs).toMatchObject({
    "cache-hit": "false",
    "cache-matched-key": "venv-2",
  });
  expect(other.read(".venv/a")).toBe("new");
  expect(restore(other, "other").outputs).toEqual({ "cache-primary-key": "other" });
  expect(restore(other, "venv-1", { path: ".other" }).outputs).toEqual({ "cache-primary-key": "venv-1" });
});

test("cache: a key is never overwritten, and what does not exist is not saved", () => {
  const machine = new Machine();
  expect(save(machine, "k").log).toContain("::warning::Path Validation Error");
  machine.write({ ".venv/a": "1" });
  expect(save(machine, "k").code).toBe(0);
  expect(save(machine, "k")).toMatchObject({ code: 0, log: expect.stringContaining("Unable to reserve cache") });
  expect(machine.journal("actions.jsonl").map(({ saved }) => saved)).toEqual([false, true, false]);
});

test("cache: the action of both saves when the job is done, unless the key was there", () => {
  const machine = new Machine();
  const use = () => machine.step("actions/cache", { key: "k", path: "data" });
  const end = (state: Readonly<Record<string, string>>) =>
    machine.step("actions/cache", { key: "k", path: "data" }, { phase: "post", state });
  const before = use();
  machine.write({ "data/a": "a" });
  expect(end(before.state).log).toBe("Cache saved with key: k");
  expect(end(use().state).log).toContain("Cache hit occurred on the primary key k");
});

test("cache: a look alone brings nothing", () => {
  const machine = new Machine().write({ ".venv/a": "1" });
  save(machine, "k");
  const other = machine.another();
  expect(restore(other, "k", { "lookup-only": "true" }).outputs["cache-hit"]).toBe("true");
  expect(other.has(".venv")).toBe(false);
});

test.for<[string, Record<string, string>, string]>([
  ["a key of more than 512 characters", { key: "k".repeat(513) }, "cannot be larger than 512 characters"],
  ["a key with a comma", { key: "a,b" }, "cannot contain commas"],
  ["no key", { key: "" }, "Input required and not supplied: key"],
  ["no path", { path: "" }, "Input required and not supplied: path"],
  ["a pattern", { path: "**/*.pyc" }, "knows no patterns"],
  ["a miss that may not be", { "fail-on-cache-miss": "true" }, "Failed to restore cache entry"],
])("cache: %s is refused", ([, inputs, text]) => {
  const result = restore(new Machine(), "k", inputs);
  expect(result.code).toBe(1);
  expect(result.log).toContain("::error::");
  expect(result.log).toContain(text);
});
