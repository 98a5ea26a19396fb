import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { templates as builtIn } from "../../templates/index.ts";
import { binary, environment, runCli } from "../support/cli.ts";
import { memoryHost } from "../support/memory-host.ts";
import type { Repository } from "../support/repo.ts";
import {
  CD,
  CI,
  CONFIG,
  config,
  emptyFolder,
  generated,
  LOCK,
  NIGHTLY,
  repository,
  snapshot,
} from "../support/repo.ts";

const templates = async () => builtIn;

const FAULTY = join(import.meta.dirname, "../support/faulty-fs.mjs");

interface Fault {
  readonly call: string;
  readonly path: string;
  readonly code: string;
}

const faulty = (repo: Repository, faults: readonly Fault[], ...args: readonly string[]) =>
  repo.cliWith(
    { node: ["--import", FAULTY], env: { FAULTS: JSON.stringify(faults), CREDITRISK_CI_CACHE: "off" } },
    ...args,
  );

/** Everything the disk holds, leftovers of temporary files included. */
const everything = (repo: Repository) => snapshot(repo.root);

test.for([
  ["a file that cannot be made", { call: "openSync", path: "/.nightly.yaml.", code: "EACCES" }, "permission denied"],
  ["a read-only file system", { call: "openSync", path: ".tmp", code: "EROFS" }, "the file system is read-only"],
  ["a disk that fills up", { call: "writeSync", path: "/.nightly.yaml.", code: "ENOSPC" }, "the disk is full"],
  [
    "a disk that fills up late",
    { call: "fsyncSync", path: "/.pipeline.lock.json.", code: "ENOSPC" },
    "the disk is full",
  ],
  ["a quota", { call: "copyFileSync", path: "cd.yaml", code: "EDQUOT" }, "the disk quota is used up"],
  [
    "a last file that cannot be replaced",
    { call: "renameSync", path: "nightly.yaml", code: "EACCES" },
    "permission denied",
  ],
  ["a lock file that cannot be replaced", { call: "renameSync", path: LOCK, code: "EPERM" }, "operation not permitted"],
] as const)("generate writes all files or none: %s", async ([, fault, reason]) => {
  const repo = await generated();
  repo.edit(CONFIG, text => text.replace(" });", ", timeouts: { quality: 7, train: 8, refresh: 9 } });"));
  repo.remove(LOCK);
  const before = everything(repo);
  const { code, stdout, stderr } = await faulty(repo, [fault], "generate");
  expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
  expect(stderr).toMatch(/^error: cannot write .* \[machine\/files\]\n {2}→ nothing was changed/);
  expect(stderr).toContain(reason);
  expect(everything(repo)).toEqual(before);
  expect((await repo.cli("generate")).code).toBe(0);
});

test("generate leaves no folder behind when the first generation fails", async () => {
  const repo = repository({ [CONFIG]: config() });
  const fault = { call: "renameSync", path: "nightly.yaml", code: "ENOSPC" };
  expect(await faulty(repo, [fault], "generate")).toMatchObject({ code: 4 });
  expect([repo.has(".github"), repo.has(LOCK)]).toEqual([false, false]);
});

test.for([
  ["the config", { call: "readFileSync", path: CONFIG, code: "EACCES" }],
  ["a workflow", { call: "readFileSync", path: "cd.yaml", code: "EACCES" }],
  ["the lock file", { call: "readFileSync", path: LOCK, code: "EIO" }],
  ["the folder of the workflows", { call: "readdirSync", path: "workflows", code: "EACCES" }],
  ["the state of a workflow", { call: "lstatSync", path: "ci.yaml", code: "EACCES" }],
] as const)("%s that cannot be read is the machine's fault", async ([, fault]) => {
  const repo = await generated();
  const before = everything(repo);
  for (const command of ["check", "generate"]) {
    const { code, stdout, stderr } = await faulty(repo, [fault], command);
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toMatch(/error: .* \[machine\/\S+\]\n {2}→ /);
    expect(stderr).toContain(fault.path);
  }
  expect(everything(repo)).toEqual(before);
});

test("generate --prune: a file that cannot be deleted is named", async () => {
  const repo = await generated();
  repo.write(".github/workflows/old.yaml", repo.read(CI));
  const fault = { call: "rmSync", path: "old.yaml", code: "EACCES" };
  const { code, stderr } = await faulty(repo, [fault], "generate", "--prune");
  expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringMatching(/cannot delete .*old\.yaml/) });
});

test("check --patch: a patch that cannot be written is the machine's fault", async () => {
  const repo = await generated();
  const fault = { call: "openSync", path: "fix.patch", code: "EROFS" };
  expect(await faulty(repo, [fault], "check", "--patch", "fix.patch")).toMatchObject({ code: 4, stdout: "" });
});

test.for([".github", ".github/workflows"])(
  "%s that is a link to somewhere outside is refused, and nothing is written there",
  async folder => {
    const outside = emptyFolder();
    const repo = repository({ [CONFIG]: config() });
    if (folder.includes("/")) mkdirSync(repo.at(".github"));
    mkdirSync(join(outside, "workflows"));
    symlinkSync(outside, repo.at(folder));
    for (const command of [["check"], ["generate"], ["generate", "--force"], ["generate", "--prune"]]) {
      const { code, stdout, stderr } = await repo.cli(...command);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^\S+: error: a symbolic link .* \[usage\/not-a-folder\]\n {2}→ /);
    }
    expect(snapshot(outside)).toEqual({});
    expect(repo.has(LOCK)).toBe(false);
  },
);

test.for([".github", ".github/workflows"])("%s that is a file is refused", async folder => {
  const repo = repository({ [CONFIG]: config(), [folder]: "x" });
  for (const command of ["check", "generate"])
    expect(await repo.cli(command)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^\S+: error: a file where .* \[usage\/not-a-folder\]\n {2}→ /),
    });
  expect(repo.read(folder)).toBe("x");
});

const inPlaceOfCi: readonly (readonly [string, (repo: Repository) => void, string])[] = [
  ["a folder", repo => mkdirSync(repo.at(CI)), "it is a folder"],
  ["a link inside the repository", repo => symlinkSync("cd.yaml", repo.at(CI)), "it is a symbolic link"],
  ["a link outside of the repository", repo => symlinkSync(join(emptyFolder(), "x"), repo.at(CI)), "symbolic link"],
  ["10 MB", repo => repo.write(CI, Buffer.alloc(10_000_000, "x\n")), "10000 KB"],
  ["no UTF-8", repo => repo.write(CI, Buffer.from([0x6e, 0xff, 0xfe, 0x0a])), "not UTF-8"],
  ["UTF-16", repo => repo.write(CI, Buffer.from("\ufeffname: x\n", "utf16le")), "not UTF-8"],
];

test.for(inPlaceOfCi)("a workflow that is %s is reported, and never overwritten", async ([, change, reason]) => {
  const repo = await generated();
  repo.remove(CI);
  change(repo);
  const before = everything(repo);
  const checked = await repo.cli("check", "--patch", "../fix.patch");
  expect(checked).toMatchObject({ code: 1, stderr: "" });
  expect(checked.stdout).toContain("[drift/unmanaged]\n  → move it out of the way");
  expect(checked.stdout).toContain(reason);
  for (const args of [[], ["--force"]]) {
    const { code, stderr } = await repo.cli("generate", ...args);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr).toContain("[generate/refused]\n  → ");
  }
  expect(everything(repo)).toEqual(before);
});

test.for([
  ["no JSON", () => "{ nope", "pins/invalid-lock"],
  ["empty", () => "", "pins/invalid-lock"],
  ["merge conflict", (text: string) => `<<<<<<< HEAD\n${text}`, "pins/invalid-lock"],
  ["list", () => "[]", "pins/invalid-lock"],
  ["without version", (text: string) => text.replace('"lockfileVersion": 1,', ""), "pins/invalid-lock"],
  ["future", (text: string) => text.replace('"lockfileVersion": 1', '"lockfileVersion": 2'), "pins/future-lock"],
  ["short commit", (text: string) => text.replace(/"sha": "[0-9a-f]+"/, '"sha": "abc"'), "pins/invalid-lock"],
  ["branch", (text: string) => text.replace(/"version": "v[^"]+"/, '"version": "main"'), "pins/invalid-lock"],
  ["missing action", (text: string) => text.replace(/.*"actions\/checkout".*\n/, ""), "pins/missing"],
  ["old major", (text: string) => text.replace(/(checkout", "version": ")[^"]+/, "$1v1.0.0"), "pins/unsupported-major"],
] as const)("a lock file that is broken (%s) is refused", async ([, change, reported]) => {
  const repo = await generated();
  repo.edit(LOCK, change);
  const before = everything(repo);
  for (const command of ["check", "generate"]) {
    const { code, stdout, stderr } = await repo.cli(command);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^pipeline\.lock\.json(:\d+)?: error: /);
    expect(stderr).toContain(`[${reported}]\n  → `);
  }
  expect(everything(repo)).toEqual(before);
});

test.for([
  ["a folder", (repo: Repository) => mkdirSync(repo.at(LOCK))],
  ["a link", (repo: Repository) => symlinkSync(join(emptyFolder(), "lock"), repo.at(LOCK))],
] as const)("a lock file that is %s is refused", async ([, change]) => {
  const repo = await generated();
  repo.remove(LOCK);
  change(repo);
  const { code, stderr } = await repo.cli("generate", "--force");
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("[pins/invalid-lock]\n  → ") });
});

test("outside of a git repository every command that needs one says so", async () => {
  const folder = emptyFolder();
  for (const command of ["check", "generate"]) {
    const { code, stdout, stderr } = await runCli(folder, [command]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: .* is in no git repository \[usage\/no-repository\]\n {2}→ .*`git init`/);
  }
  expect(snapshot(folder)).toEqual({});
});

/** The tool with its output into another command, as a shell connects them. */
const piped = (repo: Repository, command: string, into: string) =>
  new Promise<{ status: string; stderr: string }>(resolve => {
    const script = `"$NODE" "$TOOL" ${command} | ${into}; echo "status \${PIPESTATUS[0]}" >&2`;
    const env = environment({ NODE: process.execPath, TOOL: binary() });
    const child = spawn("bash", ["-c", script], { cwd: repo.root, env, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", text => (stderr += text));
    child.on("close", () => resolve({ status: /status (\d+)/.exec(stderr)?.[1] ?? "", stderr }));
  });

test.for([
  ["generate --stdout", "head -1", "0"],
  ["generate --stdout", "true", "0"],
  ["check", "true", "1"],
  ["schema", "true", "0"],
  ["--help", "true", "0"],
] as const)("a reader that has seen enough is no failure: %s | %s", async ([command, into, status]) => {
  const repo = await generated();
  for (const file of [CI, CD, NIGHTLY]) repo.edit(file, text => `${text}${"# x\n".repeat(900)}`);
  const result = await piped(repo, command, into);
  expect(result).toEqual({ status, stderr: `status ${status}\n` });
});

const repo = { "pipeline.config.json": '{ "name": "m" }' };

test("main: a fault of the machine in the middle of anything is exit code 4, in every format", async () => {
  for (const deed of ["kind", "read", "list", "writeAll"] as const)
    for (const format of ["human", "json", "github"]) {
      const fault = (done: string, path: string) =>
        done === deed && /workflows|pipeline\.config/.test(path) ? "no luck" : undefined;
      const host = memoryHost(repo, { fault });
      expect(await main(["generate", "--format", format], host, templates), `${deed} ${format}`).toBe(4);
      expect([...host.contents.keys()].sort()).toEqual(["/repo/.git/HEAD", "/repo/pipeline.config.json"]);
      expect(format === "human" ? host.err() : host.out()).toContain("no luck");
      if (format === "json")
        expect(JSON.parse(host.out())).toMatchObject({ exitCode: 4, diagnostics: [{ hint: "mend it" }] });
    }
});

test("main: a bug of ours is exit code 3, asks for a report, and shows the stack to those who ask for it", async () => {
  const broken = [
    {
      name: "ci" as const,
      build: () => {
        throw new TypeError("undefined is not a workflow\nsecond line");
      },
    },
  ];
  const host = memoryHost(repo);
  expect(await main(["check"], host, async () => broken)).toBe(3);
  expect(host.err()).toMatch(
    /^error: a bug in creditrisk-ci \S+: undefined is not a workflow \[internal\/bug\]\n {2}→ please report it/,
  );
  expect(host.err()).not.toContain("    at ");
  const debugged = memoryHost(repo, { env: { CREDITRISK_CI_DEBUG: "1" } });
  expect(await main(["check"], debugged, async () => broken)).toBe(3);
  expect(debugged.err()).toContain("    at ");
});

test("main: a NUL in an argument is wrong use", async () => {
  for (const args of [
    ["check", "--config", "a\0b"],
    ["--cwd", "\0", "check"],
    ["generate", "--only", "ci\0"],
  ]) {
    const host = memoryHost(repo);
    expect(await main(args, host, templates)).toBe(2);
    expect(host.err()).toMatch(/^error: an argument holds a NUL character: .* \[usage\/invalid-argument\]\n {2}→ /);
  }
});

test("main: the whole way in memory", async () => {
  const host = memoryHost(repo);
  expect(await main(["generate"], host, templates)).toBe(0);
  expect([...host.contents.keys()].filter(path => path.endsWith(".yaml"))).toHaveLength(3);
  expect(await main(["check"], host, templates)).toBe(0);
  expect(host.err()).toBe("");
});
