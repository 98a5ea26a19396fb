import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { environment, runCli } from "../support/cli.ts";
import type { Repository } from "../support/repo.ts";
import { CD, CI, CONFIG, config, emptyFolder, generated, LOCK, NIGHTLY, repository } from "../support/repo.ts";

const CHECKOUT = /(uses: actions\/checkout@)\S+ # \S+/g;
const BUMPED = "$1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa # v99.0.0";

const shorter = (text: string) => text.replace(" });", ", timeouts: { quality: 7 } });");

/** Status of each file, and the codes that were reported, by the JSON form. */
const states = async (repo: Repository, ...args: readonly string[]) => {
  const { code, stdout, stderr } = await repo.cli("check", "--format", "json", ...args);
  expect(stderr).toBe("");
  const report = JSON.parse(stdout);
  expect(report.exitCode).toBe(code);
  return {
    code,
    files: Object.fromEntries(report.files.map(({ file, status }: Record<string, string>) => [file, status])),
    codes: report.diagnostics.map(({ code }: Record<string, string>) => code),
    diagnostics: report.diagnostics,
  };
};

test("check: freshly generated workflows are up to date, and one line says so", async () => {
  const repo = await generated();
  const { code, stdout, stderr } = await repo.cli("check");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    `up-to-date  ${CI}\nup-to-date  ${CD}\nup-to-date  ${NIGHTLY}\n\n3 files up to date with ${CONFIG}\n`,
  );
  expect(await repo.cli("check", "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
});

const drifts: readonly (readonly [string, string, (repo: Repository) => void])[] = [
  ["missing", CI, repo => repo.remove(CI)],
  ["config-changed", CI, repo => repo.edit(CONFIG, shorter)],
  ["hand-edited", CI, repo => repo.edit(CI, text => text.replace("timeout-minutes: 30", "timeout-minutes: 31"))],
  ["hand-edited", CD, repo => repo.edit(CD, text => `${text}# a comment\n`)],
  ["hand-edited", CD, repo => repo.edit(CD, text => text.trimEnd())],
  ["hand-edited", CD, repo => repo.edit(CD, text => text.replace(CHECKOUT, BUMPED).replace("name: ", "name: My "))],
  ["pins-only", NIGHTLY, repo => repo.edit(NIGHTLY, text => text.replace(CHECKOUT, BUMPED))],
  ["unmanaged", CI, repo => repo.write(CI, "name: mine\non: push\njobs: {}\n")],
  ["unmanaged", CI, repo => repo.write(CI, "")],
  ["unmanaged", CI, repo => repo.edit(CI, text => text.split("\n").slice(1).join("\n"))],
  ["orphaned", ".github/workflows/old.yml", repo => repo.write(".github/workflows/old.yml", repo.read(CI))],
];

test.for(drifts)("check: a file that is %s is drift: %s", async ([status, file, change]) => {
  const repo = await generated();
  change(repo);
  const { code, files, codes, diagnostics } = await states(repo);
  expect({ code, codes, status: files[file] }).toEqual({ code: 1, codes: [`drift/${status}`], status });
  expect(diagnostics[0]).toMatchObject({ file, severity: "error", hint: expect.any(String) });
  expect(diagnostics[0].message).not.toContain(file);

  const human = await repo.cli("check");
  expect(human).toMatchObject({ code: 1, stderr: "" });
  expect(human.stdout).toContain(`${file}: error: ${diagnostics[0].message} [drift/${status}]\n  → `);
  expect(human.stdout).toMatch(/\n1 of [34] files differs from pipeline\.config\.ts\n$/);
});

test("check: several drifts at once are all listed, each with its own remedy", async () => {
  const repo = await generated(config('files: { ci: "a.yaml", cd: "b.yaml", nightly: "c.yaml" }'));
  repo.edit(".github/workflows/a.yaml", text => text.replace("quality", "quantity"));
  repo.edit(".github/workflows/b.yaml", text => text.replace(CHECKOUT, BUMPED));
  repo.edit(CONFIG, text => text.replace('nightly: "c.yaml"', 'nightly: "d.yaml"'));
  const { code, files, codes } = await states(repo);
  expect(code).toBe(1);
  expect(files).toEqual({
    ".github/workflows/a.yaml": "hand-edited",
    ".github/workflows/b.yaml": "pins-only",
    ".github/workflows/d.yaml": "missing",
    ".github/workflows/c.yaml": "orphaned",
  });
  expect(codes).toEqual([
    "drift/hand-edited",
    "drift/pins-only",
    "drift/missing",
    "drift/orphaned",
    "workflow/unknown-need",
  ]);
  const { stdout } = await repo.cli("check");
  expect(stdout).toContain("generate --prune");
  expect(stdout).toContain("actions/checkout v99.0.0 aaaaaaaa");
  expect(stdout).toContain("-  quantity:\n+  quality:");
  expect(stdout).toContain("4 of 4 files differ from");
  expect(stdout).toMatch(/\n\n4 of 4 /);
});

test("check --quiet prints problems and nothing else", async () => {
  const repo = await generated();
  repo.edit(CI, text => text.replace("quality", "quantity"));
  const { stdout, stderr } = await repo.cli("check", "--quiet");
  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual([
    expect.stringMatching(/^\.github\/workflows\/ci\.yaml: error: .* \[drift\/hand-edited\]$/),
    expect.stringMatching(/^ {2}→ /),
    expect.stringMatching(/^\.github\/workflows\/ci\.yaml:\d+:\d+: error: .* \[workflow\/unknown-need\]$/),
    expect.stringMatching(/^ +\d+ \| /),
    expect.stringMatching(/^ +\| +\^+$/),
    expect.stringMatching(/^ {2}→ /),
    "",
  ]);
});

test("check: line endings and a byte order mark are no drift, but are said", async () => {
  const repo = await generated();
  repo.edit(CI, text => `\ufeff${text.replaceAll("\n", "\r\n")}`);
  const { code, codes, files } = await states(repo);
  expect({ code, codes, status: files[CI] }).toEqual({
    code: 0,
    codes: ["drift/encoding", "drift/encoding"],
    status: "up-to-date",
  });
});

test("check: a lock file that is not there is drift", async () => {
  const repo = await generated();
  repo.remove(LOCK);
  const { code, files, codes } = await states(repo);
  expect({ code, codes, status: files[LOCK] }).toEqual({ code: 1, codes: ["drift/missing"], status: "missing" });
  expect((await repo.cli("check")).stdout).toContain("1 of 4 files differs");
});

test("check: GitHub's own lock file and workflows of others are none of ours", async () => {
  const repo = await generated();
  repo.write(".github/workflows/actions.lock", "version: 1\n");
  repo.write(".github/workflows/release.yaml", "name: release\n");
  repo.write(".github/workflows/README.md", repo.read(CI));
  expect(await states(repo)).toMatchObject({
    code: 0,
    codes: [],
    files: { [CI]: "up-to-date", [CD]: "up-to-date", [NIGHTLY]: "up-to-date" },
  });
});

const applied = async (repo: Repository) => {
  const { code } = await repo.cli("check", "--patch", "fix.patch");
  expect(code).toBe(1);
  repo.git("apply", "--check", "fix.patch");
  repo.git("apply", "fix.patch");
  repo.remove("fix.patch");
  return states(repo);
};

test.for([
  ["a missing file", (repo: Repository) => repo.remove(CI)],
  ["a missing lock file", (repo: Repository) => repo.remove(LOCK)],
  ["everything missing", (repo: Repository) => [".github", LOCK].forEach(repo.remove)],
  ["a hand edit", (repo: Repository) => repo.edit(CD, text => text.replace("Deploy", "Depl0y"))],
  ["an edit of every line", (repo: Repository) => repo.edit(CD, text => text.replaceAll("\n", " #\n"))],
  ["an empty file", (repo: Repository) => repo.write(CD, "")],
  ["a large file of somebody else", (repo: Repository) => repo.write(CI, "# a comment\n".repeat(60_000))],
  ["no final newline", (repo: Repository) => repo.edit(CD, text => text.trimEnd())],
  [
    "CRLF and a changed config",
    (repo: Repository) => {
      repo.edit(CI, text => text.replaceAll("\n", "\r\n"));
      repo.edit(CONFIG, shorter);
    },
  ],
  ["a byte order mark", (repo: Repository) => repo.edit(CI, text => `\ufeff${text.replace("quality", "q")}`)],
  ["an orphan", (repo: Repository) => repo.write(".github/workflows/old.yaml", repo.read(CI))],
  [
    "an orphan without final newline",
    (repo: Repository) => repo.write(".github/workflows/old.yaml", repo.read(CI).trimEnd()),
  ],
  [
    "an orphan with an odd name",
    (repo: Repository) => repo.write('.github/workflows/o "l" \\d\té.yaml', repo.read(CI)),
  ],
  ["a file of somebody else", (repo: Repository) => repo.write(CI, "on: push\n")],
] as const)("check --patch: git apply takes it and the check is then clean: %s", async ([, change]) => {
  const repo = await generated();
  change(repo);
  expect(await applied(repo)).toMatchObject({ code: 0 });
});

test("check --patch goes into a new folder, not over what is no file, and is empty without drift", async () => {
  const repo = await generated();
  expect(await repo.cli("check", "--patch", "out/deep/fix.patch")).toMatchObject({ code: 0 });
  expect(repo.read("out/deep/fix.patch")).toBe("");
  for (const place of ["out", "/dev/stdout"]) {
    const { code, stderr, stdout } = await repo.cli("check", "--patch", place);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("[usage/patch]\n  → ");
  }
});

test("check works from a subdirectory, with --cwd, with --config and in a worktree", async () => {
  const repo = await generated();
  mkdirSync(repo.at("src/deep"), { recursive: true });
  const elsewhere = emptyFolder();
  const tree = join(elsewhere, "tree");
  repo.git("worktree", "add", "--quiet", tree, "-b", "side");
  for (const [cwd, ...args] of [
    [repo.at("src/deep"), "check"],
    [elsewhere, "--cwd", repo.root, "check"],
    [elsewhere, "check", "--cwd", repo.at("src")],
    [repo.at("src"), "check", "--config", `../${CONFIG}`],
    [elsewhere, "--cwd", repo.root, "--config", CONFIG, "check"],
    [tree, "check"],
    [tree, "check", "--staged"],
  ] as const) {
    const { code, stdout } = await runCli(cwd, args);
    expect({ args, code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("3 files up to date") });
  }
});

test("two configs of one repository do not see each other's files as orphans", async () => {
  const repo = repository({
    "a/pipeline.config.ts": config('root: "a", files: { ci: "a-ci.yaml", cd: "a-cd.yaml", nightly: false }', "a"),
    "b/pipeline.config.yaml": "name: b\nroot: b\nfiles: { ci: b-ci.yaml, cd: b-cd.yaml, nightly: false }\n",
  });
  const both = () =>
    Promise.all([
      runCli(repo.at("a"), ["check", "--format", "json"]),
      runCli(repo.at("b"), ["check", "--format", "json"]),
    ]);
  for (const folder of ["a", "b"]) expect((await runCli(repo.at(folder), ["generate"])).code).toBe(0);
  expect((await both()).map(({ code }) => code)).toEqual([0, 0]);

  repo.write("b/pipeline.config.yaml", "name: b\nroot: b\nfiles: { ci: a-ci.yaml, cd: b-cd.yaml, nightly: false }\n");
  const [a, b] = await both();
  expect(a?.code).toBe(0);
  expect(b?.code).toBe(1);
  expect(JSON.parse(b?.stdout ?? "").diagnostics).toMatchObject([
    {
      code: "drift/unmanaged",
      file: ".github/workflows/a-ci.yaml",
      message: expect.stringContaining("a/pipeline.config.ts"),
    },
    { code: "drift/orphaned", file: ".github/workflows/b-ci.yaml" },
  ]);
  const refused = await runCli(repo.at("b"), ["generate"]);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("it is generated from a/pipeline.config.ts"),
  });

  repo.remove("b");
  const left = JSON.parse(
    (await both().catch(async () => [await runCli(repo.at("a"), ["check", "--format", "json"])]))[0]?.stdout ?? "",
  );
  expect(left.diagnostics.map(({ code, file }: Record<string, string>) => [code, file])).toEqual([
    ["drift/orphaned", ".github/workflows/b-cd.yaml"],
    ["drift/orphaned", ".github/workflows/b-ci.yaml"],
  ]);
});

test("a config that was renamed leaves its files ours: they are out of date, not somebody else's", async () => {
  const repo = await generated();
  execFileSync("git", ["mv", CONFIG, "pipeline.config.mts"], { cwd: repo.root, env: environment() });
  const { code, files } = await states(repo);
  expect({ code, files }).toEqual({
    code: 1,
    files: { [CI]: "config-changed", [CD]: "config-changed", [NIGHTLY]: "config-changed" },
  });
  expect((await repo.cli("generate")).code).toBe(0);
  expect((await states(repo)).code).toBe(0);
});

test("check --staged judges what would be committed, not what lies in the working tree", async () => {
  const repo = await generated();
  const staged = async () => {
    const { code, files, codes } = await states(repo, "--staged");
    return { code, codes, files };
  };
  expect((await staged()).code).toBe(0);

  // Half-staged config: the index still has the old one, and the outputs that fit it.
  repo.edit(CONFIG, shorter);
  expect((await staged()).code).toBe(0);
  expect((await states(repo)).code).toBe(1);
  repo.git("add", CONFIG);
  expect(await staged()).toMatchObject({ code: 1, codes: ["drift/config-changed"] });

  // Half-staged outputs: regenerated, but not added.
  expect((await repo.cli("generate")).code).toBe(0);
  expect((await states(repo)).code).toBe(0);
  expect(await staged()).toMatchObject({ code: 1, files: { [CI]: "config-changed" } });
  repo.git("add", CI);
  expect((await staged()).code).toBe(0);

  // A deletion that is staged, while the file is still there.
  repo.git("rm", "--quiet", "--cached", CD);
  expect((await states(repo)).code).toBe(0);
  expect(await staged()).toMatchObject({ code: 1, codes: ["drift/missing"], files: { [CD]: "missing" } });
  repo.git("add", CD);

  // An edit of the working tree only.
  repo.edit(CI, text => `${text}#\n`);
  expect((await states(repo)).code).toBe(1);
  expect((await staged()).code).toBe(0);
});

test("check --staged: an import that is not in the index is an error, and packages beside the config are found", async () => {
  const repo = repository({
    "pipeline/shared.ts": "export const minutes: number = 9;\n",
    "pipeline/pipeline.config.ts":
      'import { defineConfig } from "creditrisk-ci";\nimport { name } from "house";\nimport { minutes } from "./shared";\nexport default defineConfig({ name, timeouts: { quality: minutes } });\n',
    "node_modules/house/package.json": '{"name":"house","type":"module","exports":"./index.js"}',
    "node_modules/house/index.js": 'export const name = "house";\n',
    ".gitignore": "node_modules/\n",
  });
  const inside = (...args: readonly string[]) => runCli(repo.at("pipeline"), args);
  expect((await inside("generate")).code).toBe(0);
  repo.git("add", "--all");
  repo.write("dirt.txt", "");
  expect(await inside("check", "--staged")).toMatchObject({ code: 0 });
  repo.git("rm", "--quiet", "--cached", "pipeline/shared.ts");
  expect((await inside("check")).code).toBe(0);
  const { code, stderr } = await inside("check", "--staged");
  expect(code).toBe(2);
  expect(stderr).toContain("[config/import-not-found]");
  expect(stderr).toMatch(/^pipeline\/pipeline\.config\.ts:3/);
});

test("check --staged without git, or outside of a repository, says so", async () => {
  const repo = await generated();
  const noGit = await repo.cliWith({ env: { PATH: "/nowhere" } }, "check", "--staged");
  expect(noGit).toMatchObject({ code: 4, stdout: "", stderr: expect.stringContaining("[machine/git]\n  → ") });
  const nowhere = await runCli(emptyFolder(), ["check", "--staged"]);
  expect(nowhere).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("[usage/no-repository]") });
});

test("check --staged in a commit hook sees the files of a partial commit", async () => {
  const repo = await generated();
  repo.write(".git/hooks/pre-commit", `#!/bin/sh\nexec "$TOOL_NODE" "$TOOL" check --staged --quiet\n`);
  execFileSync("chmod", ["+x", repo.at(".git/hooks/pre-commit")]);
  const { binary } = await import("../support/cli.ts");
  const commit = (...args: readonly string[]) => {
    try {
      execFileSync("git", ["commit", "--quiet", "-m", "x", ...args], {
        cwd: repo.root,
        env: environment({ TOOL_NODE: process.execPath, TOOL: binary() }),
        stdio: "pipe",
      });
      return "committed";
    } catch (error) {
      return (
        String((error as { stderr: Buffer; stdout: Buffer }).stderr) + String((error as { stdout: Buffer }).stdout)
      );
    }
  };
  repo.edit(CONFIG, shorter);
  await repo.cli("generate");
  expect(commit(CONFIG)).toContain("drift/config-changed");
  expect(commit(CONFIG, CI)).toBe("committed");
});
