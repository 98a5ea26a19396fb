import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { laidOver } from "../doctor/sound-repository.ts";
import { runCli } from "../support/cli.ts";
import { emptyFolder, generated, repository } from "../support/repo.ts";
import { expectSarif } from "../support/sarif.ts";

const FILE = ".github/workflows/ci.yaml";

/** A workflow that is correct but for one action that is named by its tag, in line 20. */
const unpinned = `name: Lint
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: lint-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  lint:
    name: Lint
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read # to check out the code
    steps:
      - name: Say hello
        run: echo hello
      - name: Check out the code
        uses: actions/checkout@v7
        with:
          persist-credentials: false
`;
const correct = unpinned.replace(
  "actions/checkout@v7",
  "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
);
const RULE = "policy/unpinned-action";

const report = (stdout: string) => JSON.parse(stdout);
const codes = (stdout: string): readonly string[] =>
  report(stdout).diagnostics.map(({ code, line }: { code: string; line?: number }) => `${line ?? ""} ${code}`.trim());

test("lint: a correct workflow has nothing, and one line says so", async () => {
  const repo = repository({ [FILE]: correct });
  expect(await repo.cli("lint")).toEqual({ code: 0, stdout: "1 file: nothing found\n", stderr: "" });
  expect(await repo.cli("lint", "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("lint: a finding is shown with its place, its rule, its line and what to do", async () => {
  const repo = repository({ [FILE]: unpinned });
  const { code, stdout, stderr } = await repo.cli("lint");
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toBe(
    `${FILE}:20:15: error: \`actions/checkout@v7\` is not pinned to a commit [${RULE}]
  20 |         uses: actions/checkout@v7
     |               ^^^^^^^^^^^^^^^^^^^
  → name the commit and keep the version as a comment: \`owner/name@<40 hex digits> # v1.2.3\`

1 file: 1 error
`,
  );
});

test("lint: by default it is every workflow of the repository, from any folder of it", async () => {
  const repo = repository({ [FILE]: unpinned, ".github/workflows/b.yml": unpinned, "src/notes.yaml": "a: 1\n" });
  mkdirSync(join(repo.root, "src/deep"), { recursive: true });
  const { stdout } = await runCli(join(repo.root, "src/deep"), ["lint", "--format", "json"]);
  expect(report(stdout).diagnostics.map(({ file }: { file: string }) => file)).toEqual([
    ".github/workflows/b.yml",
    FILE,
  ]);
});

test("lint: files and folders can be named, and a file named twice is looked at once", async () => {
  const repo = repository({ [FILE]: correct, "other/one.yaml": unpinned, "other/deep/two.yml": unpinned });
  const { code, stdout } = await repo.cli("lint", "other", "other/one.yaml", FILE, "--format", "json");
  expect(code).toBe(1);
  expect(report(stdout).linted).toBe(3);
  expect(report(stdout).diagnostics.map(({ file }: { file: string }) => file)).toEqual([
    "other/deep/two.yml",
    "other/one.yaml",
  ]);
});

test("lint: a repository that is named is looked at as GitHub would", async () => {
  const repo = repository({ [FILE]: unpinned, ".github/workflows/deep/x.yaml": unpinned });
  const { stdout } = await runCli(emptyFolder(), ["lint", repo.root, "--format", "json"]);
  expect(report(stdout).linted).toBe(1);
});

test("lint: files of no repository can be looked at", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "alone.yaml"), unpinned);
  const { code, stdout } = await runCli(folder, ["lint", "alone.yaml", "--format", "json"]);
  expect({ code, codes: codes(stdout) }).toEqual({ code: 1, codes: [`20 ${RULE}`] });
  expect(report(stdout).diagnostics[0].file).toBe("alone.yaml");
});

const nothing: readonly (readonly [string, readonly string[], string])[] = [
  ["no workflow in the repository", [], "usage/nothing-to-lint"],
  ["a folder without one", ["empty"], "usage/nothing-to-lint"],
  ["a file that is not there", ["absent.yaml"], "usage/no-such-file"],
  ["a rule that is not there", [FILE, "--rule", "policy/unpinned-actoin"], "usage/unknown-rule"],
  ["a rule that is not there, to disable", [FILE, "--disable", "nonsense"], "usage/unknown-rule"],
  ["a rule without which nothing is known", [FILE, "--disable", "workflow/yaml-syntax"], "usage/needed-rule"],
  ["another linter that is not known", [FILE, "--with", "pylint"], "usage/unknown-linter"],
  ["a baseline that is not there", [FILE, "--baseline", "absent.json"], "usage/baseline"],
  ["a baseline that is none", [FILE, "--baseline", FILE], "usage/baseline"],
  ["a file that would be overwritten by a baseline", [FILE, "--write-baseline", FILE], "usage/baseline"],
];

test.for(nothing)("lint: %s is wrong use, not a pass", async ([name, args, wanted]) => {
  const files = name === "no workflow in the repository" ? { "a.txt": "" } : { "empty/a.txt": "", [FILE]: correct };
  const repo = repository(files);
  const { code, stdout } = await repo.cli("lint", ...args, "--format", "json");
  expect({ code, codes: codes(stdout) }).toEqual({ code: 2, codes: [expect.stringContaining(wanted)] });
  expect(report(stdout).diagnostics[0].hint).toBeTruthy();
  const human = await repo.cli("lint", ...args);
  expect(human).toMatchObject({ code: 2, stdout: "" });
});

test("lint: a misspelt rule is recognised", async () => {
  const repo = repository({ [FILE]: correct });
  const { stderr } = await repo.cli("lint", "--rule", "policy/unpinned-actoin");
  expect(stderr).toContain(`did you mean \`${RULE}\`?`);
});

test("lint: rules and areas can be chosen, or left out", async () => {
  const repo = repository({ [FILE]: unpinned.replace("timeout-minutes", "timeout_minutes") });
  const found = async (...args: readonly string[]) =>
    codes((await repo.cli("lint", "--format", "json", ...args)).stdout);
  expect(await found()).toEqual(expect.arrayContaining(["13 workflow/unknown-key", `20 ${RULE}`]));
  expect(await found("--rule", "workflow")).toEqual(["13 workflow/unknown-key"]);
  expect(await found("--rule", "workflow/unknown-key,policy/unpinned-action")).toEqual([
    "13 workflow/unknown-key",
    `20 ${RULE}`,
  ]);
  expect(await found("--disable", "workflow/unknown-key", "--disable", "policy")).toEqual([]);
});

test("lint: a file that cannot be read as a workflow is a finding, whatever rules are chosen", async () => {
  const repo = repository({ [FILE]: "a: [1\n", ".github/workflows/binary.yaml": "\0\u0001\0" });
  const { code, stdout } = await repo.cli("lint", "--rule", RULE, "--format", "json");
  expect(code).toBe(1);
  expect(new Set(report(stdout).diagnostics.map(({ file }: { file: string }) => file))).toEqual(
    new Set([FILE, ".github/workflows/binary.yaml"]),
  );
});

test("lint: no waiver and no baseline makes a file that was not read pass for clean", async () => {
  const broken = "# creditrisk-ci: ignore workflow/yaml-syntax until 2999-12-31: we like it so\na: [1\n";
  const repo = repository({ [FILE]: broken });
  expect((await repo.cli("lint")).code).toBe(1);
  expect((await repo.cli("lint", "--write-baseline", "known.json")).code).toBe(1);
  expect((await repo.cli("lint", "--baseline", "known.json")).code).toBe(1);
});

test("lint: what is less than an error leaves the exit code alone, and can be hidden", async () => {
  const repo = repository({ [FILE]: correct.replace("    timeout-minutes: 10\n", "") });
  const shown = await repo.cli("lint", "--format", "json");
  expect({ code: shown.code, codes: codes(shown.stdout) }).toEqual({ code: 0, codes: ["10 policy/missing-timeout"] });
  const hidden = await repo.cli("lint", "--min-severity", "error");
  expect(hidden).toEqual({ code: 0, stdout: "1 file: nothing found\n", stderr: "" });
});

test("lint: a waiver with a reason and a day hides a finding until that day", async () => {
  const waiver = (until: string) => `v7 # creditrisk-ci: ignore ${RULE} until ${until}: the mirror has no commits yet`;
  const repo = repository({ [FILE]: unpinned.replace("@v7", `@${waiver("2999-12-31")}`) });
  expect(await repo.cli("lint")).toEqual({ code: 0, stdout: "1 file: nothing found (1 waived)\n", stderr: "" });
  repo.write(FILE, unpinned.replace("@v7", `@${waiver("2020-01-01")}`));
  const { code, stdout } = await repo.cli("lint", "--format", "json");
  expect(code).toBe(1);
  expect(codes(stdout)).toEqual([`20 ${RULE}`, "20 lint/expired-waiver"]);
});

test("lint: a baseline hides what was there, and nothing that comes later, wherever the lines have gone", async () => {
  const repo = repository({ [FILE]: unpinned });
  const written = await repo.cli("lint", "--write-baseline", "known.json");
  expect(written).toMatchObject({ code: 0, stdout: "1 file: nothing found (1 written to the baseline)\n" });
  expect(await repo.cli("lint", "--baseline", "known.json")).toEqual({
    code: 0,
    stdout: "1 file: nothing found (1 in the baseline)\n",
    stderr: "",
  });
  repo.edit(FILE, text => `# moved\n\n${text.replace("run: echo hello", "uses: actions/setup-python@v6")}`);
  const later = await repo.cli("lint", "--baseline", "known.json", "--format", "json");
  expect(later.code).toBe(1);
  expect(codes(later.stdout)).toContain(`20 ${RULE}`);
  expect(codes(later.stdout)).not.toContain(`22 ${RULE}`);
  repo.write(FILE, correct);
  const mended = await repo.cli("lint", "--baseline", "known.json", "--format", "json");
  expect({ code: mended.code, codes: codes(mended.stdout) }).toEqual({ code: 0, codes: ["lint/stale-baseline"] });
});

test("lint: SARIF is valid, and names every rule there is", async () => {
  const repo = repository({ [FILE]: unpinned });
  const { code, stdout } = await repo.cli("lint", "--format", "sarif");
  expect(code).toBe(1);
  const log = expectSarif(stdout);
  expect(log.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([RULE]);
  expect(log.runs[0].tool.driver.rules.length).toBeGreaterThan(80);
});

test("lint: in a GitHub job, findings are annotations and a summary", async () => {
  const repo = repository({ [FILE]: unpinned });
  const summary = join(emptyFolder(), "summary.md");
  const { code, stdout } = await runCli(repo.root, ["lint"], {
    env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary },
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(
    new RegExp(`^::error file=${FILE},line=20,endLine=20,col=15,endColumn=34,title=${RULE}::`, "m"),
  );
});

test("lint: CRLF and a byte order mark are no mistakes, and no link is followed out of the folder in silence", async () => {
  const repo = repository({ [FILE]: `\ufeff${unpinned.replaceAll("\n", "\r\n")}` });
  expect(codes((await repo.cli("lint", "--format", "json")).stdout)).toEqual([`20 ${RULE}`]);
  repo.remove(FILE);
  symlinkSync("nowhere.yaml", join(repo.root, FILE));
  expect((await repo.cli("lint")).code).toBe(1);
});

test("check --all: the workflows are compared and looked at, those written by hand too", async () => {
  const repo = repository(laidOver());
  await repo.cli("generate");
  const clean = await repo.cli("check", "--all");
  expect(clean).toMatchObject({ code: 0, stderr: "" });
  expect(clean.stdout).toContain(
    "3 files up to date with pipeline.config.yaml; lint: nothing found; doctor: nothing found",
  );
  repo.write(".github/workflows/mine.yaml", unpinned);
  const { code, stdout } = await repo.cli("check", "--all", "--format", "json");
  expect({ code, codes: codes(stdout) }).toEqual({ code: 1, codes: [`20 ${RULE}`] });
  expect((await repo.cli("check")).code).toBe(0);
});

test("check: an edit by hand that breaks a rule is shown with the rule; one that breaks none is drift alone", async () => {
  const repo = await generated();
  repo.edit(FILE, text => text.replace(/(uses: actions\/checkout@)\S+ # \S+/, "$1v7"));
  const { code, stdout } = await repo.cli("check", "--format", "json");
  expect(code).toBe(1);
  expect(codes(stdout).map(found => found.replace(/^\d+ /, ""))).toEqual(["drift/pins-only", RULE]);
});

test("explain: a rule is explained with its examples; all of them are listed; an unknown one is wrong use", async () => {
  const folder = emptyFolder();
  const one = await runCli(folder, ["explain", RULE]);
  expect(one).toMatchObject({ code: 0, stderr: "" });
  expect(one.stdout).toMatch(/^policy\/unpinned-action \(error\)\n\n.*\nBad:\n\n.*\nGood:\n\n.*\nSee https:/s);
  const all = await runCli(folder, ["explain"]);
  expect(all.stdout).toContain(`${RULE} `);
  const json = await runCli(folder, ["explain", RULE, "--format", "json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ id: RULE, severity: "error", bad: expect.any(String) });
  expect((await runCli(folder, ["explain", "lint/unused-waiver"])).code).toBe(0);
  const unknown = await runCli(folder, ["explain", "policy/unpinned-actoin"]);
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toContain(`did you mean \`${RULE}\`?`);
});

const tools = join(import.meta.dirname, "../../.tools");
const installed = { PATH: [join(tools, "bin"), join(tools, "venv/bin"), process.env.PATH].join(delimiter) };

test("lint --with: what actionlint and zizmor find beside ours is merged, and what ours say already is not said twice", async () => {
  const text = unpinned
    .replace("run: echo hello", "run: echo $GITHUB_REF")
    .replace("on:\n  push:\n    branches: [main]\n", "on: push\n");
  const repo = repository({ [FILE]: text });
  const { code, stdout } = await runCli(repo.root, ["lint", "--with", "actionlint,zizmor", "--format", "json"], {
    env: installed,
  });
  expect(code).toBe(1);
  expect(codes(stdout)).toEqual(["16 actionlint/shellcheck", `18 ${RULE}`]);
  expect(report(stdout).linters).toEqual([
    expect.stringMatching(/^actionlint \d/),
    expect.stringMatching(/^zizmor \d/),
  ]);
});

test("lint --with: correct syntax of 2026 that actionlint does not know yet is no finding", async () => {
  const text = correct
    .replace("cancel-in-progress: true", "queue: max")
    .replace("        run: echo hello", "        run: echo hello\n        background: true");
  const repo = repository({ [FILE]: text });
  const own = await runCli(repo.root, ["lint", "--format", "json"]);
  expect(codes(own.stdout)).toEqual([]);
  const { code, stdout } = await runCli(repo.root, ["lint", "--with", "actionlint", "--format", "json"], {
    env: installed,
  });
  expect({ code, codes: codes(stdout) }).toEqual({ code: 0, codes: [] });
});

test("lint --with: a linter that is not installed is said to be missing", async () => {
  const repo = repository({ [FILE]: correct });
  const bin = emptyFolder();
  symlinkSync(process.execPath, join(bin, "node"));
  const { code, stdout } = await runCli(repo.root, ["lint", "--with", "zizmor", "--format", "json"], {
    env: { PATH: bin },
  });
  expect({ code, codes: codes(stdout) }).toEqual({ code: 0, codes: ["lint/linter-not-found"] });
});

test("lint --with: a linter that fails is the machine's fault", async () => {
  const repo = repository({ [FILE]: correct });
  const bin = emptyFolder();
  writeFileSync(join(bin, "zizmor"), '#!/bin/sh\n[ "$1" = --version ] && echo "zizmor 9.9.9" && exit 0\nexit 2\n', {
    mode: 0o755,
  });
  const { code, stdout } = await runCli(repo.root, ["lint", "--with", "zizmor", "--format", "json"], {
    env: { PATH: [bin, process.env.PATH].join(delimiter) },
  });
  expect({ code, codes: codes(stdout) }).toEqual({ code: 4, codes: ["machine/zizmor"] });
});
