import { Command } from "commander";
import { execa } from "execa";
import { expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { commands } from "../../src/commands/index.ts";
import { writeReport } from "../../src/diagnostics/report.ts";
import { templates as builtIn } from "../../templates/index.ts";
import { binary, environment } from "../support/cli.ts";
import type { MemoryHostOptions } from "../support/memory-host.ts";
import { memoryHost } from "../support/memory-host.ts";
import { CD, CI, CONFIG, config, generated, NIGHTLY, repository } from "../support/repo.ts";

const templates = async () => builtIn;

const files = { "pipeline.config.json": '{ "name": "m" }' };

/** A host in memory whose ci workflow was edited in two places. */
const drifted = async (options: MemoryHostOptions = {}) => {
  const host = memoryHost(files, options);
  expect(await main(["generate", "--quiet", "--format", "human"], host, templates)).toBe(0);
  const path = `/repo/${CI}`;
  const text = host.contents.get(path) ?? "";
  host.contents.set(
    path,
    text.replace("name: Quality", "name: 100%,\n    # x").replace(/timeout-minutes: 10/, "timeout-minutes: 11"),
  );
  return host;
};

const run = async (args: readonly string[], options: MemoryHostOptions = {}) => {
  const host = await drifted(options);
  const code = await main(args, host, templates);
  return { code, out: host.out(), err: host.err(), host };
};

test("json: one document with a schema version, also when there is nothing but problems or warnings", async () => {
  const { code, out, err } = await run(["check", "--format", "json"]);
  expect({ code, err }).toEqual({ code: 1, err: "" });
  const report = JSON.parse(out);
  expect(Object.keys(report)).toEqual(["schemaVersion", "command", "exitCode", "files", "diagnostics"]);
  expect(report).toMatchObject({
    schemaVersion: 1,
    command: "check",
    exitCode: 1,
    files: [
      { file: CI, status: "hand-edited", diff: expect.stringMatching(/^--- a\/.*\n\+\+\+ b\/.*\n@@ /) },
      { file: CD, status: "up-to-date" },
      { file: NIGHTLY, status: "up-to-date" },
    ],
    diagnostics: [
      { code: "drift/hand-edited", severity: "error", file: CI, message: expect.any(String), hint: expect.any(String) },
    ],
  });

  const broken = memoryHost({ "pipeline.config.json": '{\n  "nmae": "m"\n}' });
  expect(await main(["--format", "json", "check"], broken, templates)).toBe(2);
  expect(JSON.parse(broken.out())).toMatchObject({
    exitCode: 2,
    files: [],
    diagnostics: expect.arrayContaining([
      expect.objectContaining({
        code: "config/unknown-key",
        file: "pipeline.config.json",
        line: 2,
        column: 11,
        hint: expect.any(String),
      }),
    ]),
  });

  const orphan = memoryHost(files);
  await main(["generate", "--quiet"], orphan, templates);
  orphan.contents.set("/repo/.github/workflows/old.yaml", orphan.contents.get(`/repo/${CI}`) ?? "");
  expect(await main(["generate", "--format", "json"], orphan, templates)).toBe(0);
  expect(JSON.parse(orphan.out())).toMatchObject({ exitCode: 0, diagnostics: [{ severity: "warning" }] });
});

test("github: an annotation for each changed stretch, on its lines, and a job summary with the difference", async () => {
  const { code, out, err, host } = await run(["check"], {
    env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: "/tmp/summary.md" },
  });
  expect({ code, err }).toEqual({ code: 1, err: "" });
  const lines = (host.contents.get(`/repo/${CI}`) ?? "").split("\n");
  const first = lines.findIndex(line => line.includes("100%")) + 1;
  const second = lines.findIndex(line => line.includes("timeout-minutes: 11")) + 1;
  const annotations = out.split("\n").filter(line => line.startsWith("::"));
  expect(annotations).toEqual([
    expect.stringMatching(
      new RegExp(`^::error file=${CI},line=${first},endLine=${first + 1},title=drift/hand-edited::`),
    ),
    expect.stringMatching(new RegExp(`^::error file=${CI},line=${second},endLine=${second},title=drift/hand-edited::`)),
  ]);
  expect(out).toContain(`hand-edited  ${CI}\nup-to-date   ${CD}\n`);
  expect(out).toMatch(/\n1 of 3 files differs from pipeline\.config\.json\n$/);
  const summary = host.contents.get("/tmp/summary.md") ?? "";
  expect(summary).toContain(`| \`${CI}\` | hand-edited |`);
  expect(summary).toContain("````diff\n--- a/");
  expect(summary).toContain("-    name: 100%,\n");
});

test("github: is the default inside a GitHub job only, and another format may be asked for there", async () => {
  expect((await run(["check"], { env: { GITHUB_ACTIONS: "true" } })).out).toContain("::error ");
  expect((await run(["check"], { env: { GITHUB_ACTIONS: "false" } })).out).not.toContain("::error ");
  expect((await run(["check", "--format", "human"], { env: { GITHUB_ACTIONS: "true" } })).out).not.toContain(
    "::error ",
  );
  expect((await run(["check", "--format", "github"])).out).toContain("::error ");
});

test("github: no text of a file can end an annotation, a property, a table or a code block", async () => {
  const host = memoryHost({}, { env: { GITHUB_STEP_SUMMARY: "/summary" } });
  const file = "a,b:c%\n::warning::x.yaml";
  await writeReport(
    {
      command: "check",
      diagnostics: [
        { code: "drift/hand-edited", severity: "error", file, line: 3, message: "100%\r\n::set-env::x", hint: "y" },
      ],
      files: [{ file, status: "hand-edited", diff: "-`````` \n ::error::inside\n+x\n" }],
      conclusion: undefined,
    },
    { format: "github", colour: false, quiet: false },
    host,
  );
  expect(host.out().split("\n")).toEqual([
    "hand-edited  a,b:c%\\u000a::warning::x.yaml",
    "::error file=a%2Cb%3Ac%25%0A%3A%3Awarning%3A%3Ax.yaml,line=3,title=drift/hand-edited::100%25%0D%0A::set-env::x: y",
    "",
  ]);
  expect(host.contents.get("/summary")).toContain("```````diff\n-`````` \n");
});

test("github: a difference that is too large for a summary is cut, not refused", async () => {
  const host = memoryHost({}, { env: { GITHUB_STEP_SUMMARY: "/summary" } });
  const report = { command: "check", diagnostics: [], conclusion: undefined };
  const files = [{ file: CI, status: "unmanaged", diff: `-${"é".repeat(600_000)}\n` }];
  await writeReport({ ...report, files }, { format: "github", colour: false, quiet: true }, host);
  const summary = host.contents.get("/summary") ?? "";
  expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576);
  expect(summary).toMatch(/\(cut: the summary of a step has an upper limit\)\n$/);
});

test("github: many changed stretches do not use up the annotations GitHub shows", async () => {
  const host = await drifted();
  const text = host.contents.get(`/repo/${CI}`) ?? "";
  host.contents.set(`/repo/${CI}`, text.replaceAll("id: ", "id:  "));
  expect(await main(["check", "--format", "github"], host, templates)).toBe(1);
  expect(host.out().match(/^::error .*title=drift\//gm)).toHaveLength(5);
});

const ESCAPE = String.fromCharCode(27);
test.for([
  ["a terminal", [], {}, true, true],
  ["a pipe", [], {}, false, false],
  ["NO_COLOR on a terminal", [], { NO_COLOR: "1" }, true, false],
  ["an empty NO_COLOR", [], { NO_COLOR: "" }, true, true],
  ["--no-color on a terminal", ["--no-color"], {}, true, false],
  ["FORCE_COLOR into a pipe", [], { FORCE_COLOR: "1" }, false, true],
  ["FORCE_COLOR=3 into a pipe", [], { FORCE_COLOR: "3" }, false, true],
  ["FORCE_COLOR=0 on a terminal", [], { FORCE_COLOR: "0" }, true, false],
  ["NO_COLOR against FORCE_COLOR", [], { NO_COLOR: "1", FORCE_COLOR: "1" }, true, false],
  ["--no-color against FORCE_COLOR", ["--no-color"], { FORCE_COLOR: "1" }, false, false],
  ["a dumb terminal", [], { TERM: "dumb" }, true, false],
] as const)("human: colours: %s", async ([, args, env, isTerminal, coloured]) => {
  const { out } = await run(["check", ...args], { env, isTerminal });
  expect(out.includes(ESCAPE)).toBe(coloured);
  const { out: json } = await run(["check", "--format", "json", ...args], { env, isTerminal });
  expect(json.includes(ESCAPE)).toBe(false);
});

test("human: nothing from a file or its name is obeyed by the terminal", async () => {
  const host = await drifted();
  const text = host.contents.get(`/repo/${CI}`) ?? "";
  host.contents.set(`/repo/${CI}`, text.replace("Quality", `${ESCAPE}]0;x${String.fromCharCode(7)} \u202e`));
  host.contents.set(`/repo/.github/workflows/${ESCAPE}[2J.yaml`, text);
  expect(await main(["check"], host, templates)).toBe(1);
  expect(host.out()).toContain("\\u001b]0;x\\u0007 \\u202e");
  expect(host.out()).toContain("\\u001b[2J.yaml");
  expect(host.out()).not.toContain(ESCAPE);
});

test("exit codes through the command that npx makes: 0 clean, 1 drift, 2 wrong use or config, 4 the machine", async () => {
  const repo = await generated();
  const run = async (...args: readonly string[]) => {
    const env = environment();
    const { exitCode } = await execa(binary(), args, { cwd: repo.root, env, extendEnv: false, reject: false });
    return exitCode;
  };
  expect(await run("check")).toBe(0);
  expect(await run("--version")).toBe(0);
  expect(await run("--help")).toBe(0);
  repo.edit(CI, text => `${text}#\n`);
  expect(await run("check")).toBe(1);
  expect(await run("generate")).toBe(1);
  expect(await run("chekc")).toBe(2);
  expect(await run()).toBe(2);
  repo.write(CONFIG, config("nmae: 1"));
  expect(await run("check")).toBe(2);
  expect(await run("check", "--patch", "/proc/none/x")).toBe(2);
  repo.write(CONFIG, config());
  expect(await run("check", "--patch", "/proc/none/x")).toBe(4);
});

test.for([
  [["chekc"], "Did you mean check?"],
  [["check", "--patsh", "x"], "Did you mean --patch?"],
  [["--fromat", "json", "check"], "Did you mean --format?"],
  [["check", "--format", "xml"], "Allowed choices are human, json, github"],
  [["check", "--format"], "argument missing"],
  [["check", "extra"], "too many arguments"],
  [["generate", "--only"], "argument missing"],
  [["check", "--cwd", "nowhere"], "[usage/invalid-argument]"],
  [["check", "--config", "nowhere.ts"], "[config/not-found]"],
  [[], "Usage: creditrisk-ci"],
] as const)("wrong use is said on standard error, with what would be right: %j", async ([args, text]) => {
  const repo = repository({ [CONFIG]: config() });
  const { code, stdout, stderr } = await repo.cli(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(text);
});

test("every command has a description and an example in its help", async () => {
  const program = new Command();
  for (const add of commands) add(program, {} as never, () => {});
  for (const command of program.commands) {
    const host = memoryHost(files);
    expect(await main([command.name(), "--help"], host, templates)).toBe(0);
    expect(host.out()).toMatch(/\n\nExamples:\n {2}\$ creditrisk-ci \S/);
    expect(command.description().length).toBeGreaterThan(10);
  }
  const host = memoryHost(files);
  expect(await main(["--help"], host, templates)).toBe(0);
  for (const code of ["0 clean", "1 drift", "2 wrong use", "3 a bug", "4 the machine"])
    expect(host.out()).toContain(code);
});
