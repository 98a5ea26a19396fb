import { lstatSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { laidOver } from "../doctor/sound-repository.ts";
import { repository } from "../support/repo.ts";
import { runOnTerminal } from "../support/terminal.ts";

/** The sound repository as a clone, with these files laid over it; `data`, `models` and `reports` are not in it, as git ignores them. */
const cloned = (example = {}) => {
  const repo = repository(laidOver(example));
  repo.commit();
  return repo;
};

const BARE_DVC = { "requirements.txt": laidOver()["requirements.txt"]?.replace("dvc[s3]", "dvc") ?? "" };
/** A remote whose kind takes a plugin that nothing installs: a mend without a decision. */
const mendable = {
  ...BARE_DVC,
  "pipeline.config.yaml": 'dvc: { remote: { url: "s3://bucket/loans" } }\n',
};

test("doctor: a repository in which everything fits has no finding, and ends with 0", async () => {
  const { code, stdout, stderr } = await cloned().cli("doctor");
  expect(stderr).toBe("");
  expect(stdout).toBe("pipeline.config.yaml: nothing found\n");
  expect(code).toBe(0);
});

test("doctor: a finding has its file, line, consequence, mend and id, and ends with 1", async () => {
  const repo = cloned({ "pipeline.config.yaml": "dvc: { stages: { train: validate_modle, drift: monitor_drift } }\n" });
  const { code, stdout } = await repo.cli("doctor");
  expect(stdout).toMatch(
    /^pipeline\.config\.yaml:\d+:\d+: error: `dvc\.stages\.train` .*`validate_modle`.* \[repository\/missing-stage\]$/m,
  );
  expect(stdout).toMatch(/^ {2}→ did you mean `validate_model`\?$/m);
  expect(stdout).toMatch(/^pipeline\.config\.yaml: 1 error/m);
  expect(code).toBe(1);
});

test("doctor: notes and warnings alone end with 0", async () => {
  const repo = cloned({
    "pipeline.config.yaml": 'nightly: { cron: "0 6 * * *", monitor: { command: python -m demo.monitor } }\n',
  });
  const { code, stdout } = await repo.cli("doctor");
  expect(stdout).toContain("[repository/top-of-hour]");
  expect(stdout).toContain("1 note");
  expect(code).toBe(0);
});

test("doctor: a config in TypeScript has lines too", async () => {
  const fields = 'nightly: {\n    cron: "0 6 * * *",\n    monitor: { command: "python -m demo.monitor" },\n  }';
  const repo = cloned();
  repo.remove("pipeline.config.yaml");
  repo.write("pipeline.config.ts", `export default {\n  name: "demo",\n  ${fields},\n};\n`);
  const { stdout } = await repo.cli("doctor", "--format", "json");
  const { diagnostics } = JSON.parse(stdout);
  expect(diagnostics).toContainEqual(
    expect.objectContaining({
      code: "repository/top-of-hour",
      file: "pipeline.config.ts",
      line: 4,
      column: 11,
      excerpt: '    cron: "0 6 * * *",',
    }),
  );
});

test("doctor --format json lists findings, and the mends that need no decision", async () => {
  const repo = cloned(mendable);
  const { code, stdout } = await repo.cli("doctor", "--format", "json");
  const { schemaVersion, command, exitCode, diagnostics, fixes } = JSON.parse(stdout);
  expect([schemaVersion, command, exitCode]).toEqual([1, "doctor", code]);
  const [{ finding, title, edits, patch }] = fixes;
  expect(diagnostics[finding]).toMatchObject({
    code: "repository/missing-remote-plugin",
    file: "requirements.txt",
    line: 2,
  });
  expect(title).toEqual(expect.any(String));
  expect(edits).toEqual([
    { file: "requirements.txt", start: expect.any(Number), end: expect.any(Number), text: "[s3]" },
  ]);
  repo.write("fix.patch", patch);
  repo.git("apply", "fix.patch");
  expect(repo.git("diff", "--stat")).toContain("requirements.txt | 2 +-");
});

test("doctor: SARIF and GitHub annotations carry the findings", async () => {
  const repo = cloned(mendable);
  const sarif = JSON.parse((await repo.cli("doctor", "--format", "sarif")).stdout);
  expect(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
    "repository/missing-remote-plugin",
  ]);
  const { stdout } = await repo.cli("doctor", "--format", "github");
  expect(stdout).toMatch(/^::error (?=.*file=requirements\.txt)(?=.*line=2).*::.*dvc/m);
});

test("doctor --fix --yes makes the mends, shows the changes, and touches nothing else", async () => {
  const repo = cloned(mendable);
  const { code, stdout } = await repo.cli("doctor", "--fix", "--yes");
  expect(stdout).toMatch(/^mended {2}requirements\.txt$/m);
  expect(stdout).toContain("-dvc==3.67.1\n+dvc[s3]==3.67.1");
  expect(code).toBe(0);
  expect(repo.git("status", "--short")).toBe(" M requirements.txt\n");
  expect((await repo.cli("doctor")).stdout).toBe("pipeline.config.yaml: nothing found\n");
});

test("doctor --fix leaves a link, and a file with a byte order mark, as they are, and says what to do by hand", async () => {
  const repo = cloned(mendable);
  const text = repo.read("requirements.txt");
  repo.write("base.txt", text);
  repo.remove("requirements.txt");
  symlinkSync("base.txt", repo.at("requirements.txt"));
  const linked = await repo.cli("doctor", "--fix", "--yes");
  expect(linked.stdout).toContain("[repository/missing-remote-plugin]");
  expect(linked.stdout).toContain("Nothing here can be mended without a decision");
  expect([lstatSync(repo.at("requirements.txt")).isSymbolicLink(), repo.read("base.txt")]).toEqual([true, text]);

  repo.remove("requirements.txt");
  repo.write("requirements.txt", `\ufeff${text}`);
  const marked = await repo.cli("doctor", "--fix", "--yes");
  expect(marked.code).toBe(1);
  expect(repo.read("requirements.txt")).toBe(`\ufeff${text}`);
});

test("doctor --fix where nobody can be asked writes nothing, and says how to go on", async () => {
  const repo = cloned(mendable);
  const { code, stderr } = await repo.cli("doctor", "--fix");
  expect(stderr).toContain("[usage/nobody-to-ask]");
  expect(stderr).toContain("doctor --fix --yes");
  expect(code).toBe(2);
  expect(repo.git("status", "--short")).toBe("");
});

test("doctor --fix on a terminal shows the changes and asks: yes writes, no and Ctrl-C do not", async () => {
  for (const [key, changed] of [
    ["y", " M requirements.txt\n"],
    ["n", ""],
    ["\u0003", ""],
  ] as const) {
    const repo = cloned(mendable);
    const { code, shown } = await runOnTerminal(repo.root, ["doctor", "--fix", "--no-color"], /Write this\?/g, [key]);
    expect(shown).toMatch(/\+dvc\[s3\]==3\.67\.1\r?\n[\s\S]*Write this\?/);
    expect(repo.git("status", "--short")).toBe(changed);
    expect(code).toBe(changed === "" ? 1 : 0);
    expect(shown.includes("Nothing was written.")).toBe(changed === "");
  }
});

test("doctor --fix has nothing to write where every mend takes a decision", async () => {
  const repo = cloned({ "pipeline.config.yaml": "dvc: { stages: { train: fit_all, drift: monitor_drift } }\n" });
  const { code, stdout } = await repo.cli("doctor", "--fix", "--yes");
  expect(stdout).toContain("Nothing here can be mended without a decision");
  expect(code).toBe(1);
  expect(repo.git("status", "--short")).toBe("");
});

test("doctor --yes alone is no use", async () => {
  const { code, stderr } = await cloned().cli("doctor", "--yes");
  expect(stderr).toContain("[usage/yes-without-fix]");
  expect(code).toBe(2);
});

test("doctor without a config says what to write, and ends with 2", async () => {
  const repo = repository({ "README.md": "# Nothing yet\n" });
  const { code, stderr } = await repo.cli("doctor");
  expect(stderr).toContain("[config/not-found]");
  expect(code).toBe(2);
});

test("check --all looks at the repository too", async () => {
  const repo = cloned(mendable);
  await repo.cli("generate");
  const { code, stdout } = await repo.cli("check", "--all");
  expect(stdout).toContain("[repository/missing-remote-plugin]");
  expect(stdout).toMatch(/doctor: 1 error/);
  expect(code).toBe(1);
  expect((await repo.cli("check")).code).toBe(0);
});

test("explain knows the checks", async () => {
  const { code, stdout } = await cloned().cli("explain", "repository/orphan-dependency");
  expect(stdout).toMatch(/^repository\/orphan-dependency \(error\)\n/);
  expect(stdout).toContain("Bad:");
  expect(code).toBe(0);
});
