import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DvcProject, dvcProject } from "../support/dvc.js";
import { runScript } from "../support/shell.js";

const TARGETS = "evaluate sub/dvc.yaml:join";

describe("dvc-dry-run on a clean checkout", () => {
  let project: DvcProject;
  beforeAll(async () => {
    project = await dvcProject();
  });
  afterAll(() => rmSync(project.folder, { recursive: true, force: true }));

  const dryRun = (command?: string, env: Record<string, string> = {}) =>
    runScript("dvc-dry-run", { env: { TARGETS, STALE_LOCK: "warn", ...env }, prepare: project.clone(command) });

  test("dvc-dry-run: a current lock without any data is up to date", async () => {
    const result = await dryRun();
    expect(result).toMatchObject({ exitCode: 0, outputs: { state: "up-to-date" } });
    expect(result.log).not.toContain("::");
    expect(result.summary).toContain("DVC dry run: up-to-date");
  });

  test.each([
    ["train", "split.csv", "echo '#' >>train.sh"],
    ["evaluate", "model.bin", "sed -i 's/cmd: bash evaluate/cmd: bash -u evaluate/' dvc.yaml"],
    ["split", "data/raw.csv, images/a", "sed -i 's/4/5/' params.yaml"],
    ["split", "data/raw.csv, images/a", "rm dvc.lock"],
    ["split", "data/raw.csv, images", "sed -i 's#images/a#images/#' dvc.yaml"],
    ["split", "data/raw.csv, images/a", "sed -i 's/md5: ..../md5: 0000/' data/raw.csv.dvc"],
    ["sub/dvc.yaml:join", "split.csv, sub/lookup.csv", "echo '#' >>sub/join.sh"],
  ])("dvc-dry-run: a changed %s that needs %s is a warning (%s)", async (stage, data, command) => {
    const result = await dryRun(command);
    expect(result).toMatchObject({ exitCode: 0, outputs: { state: "needs-data" } });
    expect(result.log).toContain(`::warning title=DVC stage needs data::Stage ${stage} has changed`);
    expect(result.log).toContain(`not on this machine: ${data}. `);
  });

  const solo = `printf '  solo:\\n    cmd: touch z\\n    deps: [params.yaml]\\n    outs: [z]\\n' >>dvc.yaml`;
  test.each([
    ["ignore", "notice", 0],
    ["warn", "warning", 0],
    ["fail", "error", 1],
  ])(
    "dvc-dry-run: with staleLock %s, stages that would run are reported as %s",
    async (STALE_LOCK, level, exitCode) => {
      const result = await dryRun(solo, { STALE_LOCK, TARGETS: "evaluate solo" });
      expect(result).toMatchObject({ exitCode, outputs: { state: "stale" } });
      expect(result.log).toContain(`::${level} title=dvc.lock is out of date::`);
      expect(result.log).toContain("would run: solo. Run dvc repro and commit dvc.lock.");
      expect(result.summary).toContain("solo");
    },
  );

  test("dvc-dry-run: a stage that always runs is not stale", async () => {
    const result = await dryRun(
      `printf '  tick:\\n    cmd: date\\n    deps: [params.yaml]\\n    always_changed: true\\n' >>dvc.yaml`,
      { TARGETS: "tick evaluate", STALE_LOCK: "fail" },
    );
    expect(result).toMatchObject({ exitCode: 0, outputs: { state: "up-to-date" } });
  });

  test.each([
    [
      "a new dependency that nobody makes",
      "sed -i 's/evaluate.sh, /&ghost.csv, /' dvc.yaml",
      "evaluate needs ghost.csv",
    ],
    ["a script that was deleted", "rm train.sh", "train needs train.sh"],
    ["data whose .dvc file was deleted", "git rm -q data/raw.csv.dvc", "split needs data/raw.csv"],
    ["a parameters file that was deleted", "rm params.yaml", "split needs params.yaml"],
    ["a parameter that was deleted", "echo 'other: 1' >params.yaml", "split needs parameter keep of params.yaml"],
    ["a cycle", "sed -i 's#data/raw.csv, images/a#model.bin#' dvc.yaml", "both a dependency and an output"],
    ["YAML that does not parse", "echo '  x: [' >>dvc.yaml", "is invalid"],
    ["a stage with an unknown key", "printf '  bad:\\n    cmds: x\\n' >>dvc.yaml", "extra keys not allowed"],
    ["no dvc.yaml", "rm dvc.yaml", "'dvc.yaml' does not exist"],
  ])("dvc-dry-run: %s is a failure", async (_name, command, reason) => {
    const result = await dryRun(command);
    expect(result).toMatchObject({ exitCode: 1, outputs: { state: "broken" } });
    expect(result.log).toMatch(/^::error title=DVC pipeline is broken::/m);
    expect(result.log).toContain(reason);
    expect(result.summary).toContain(reason);
  });

  test("dvc-dry-run: an unknown stage in a sub-directory is a failure", async () => {
    const result = await dryRun(undefined, { TARGETS: "evaluate sub/dvc.yaml:nope" });
    expect(result).toMatchObject({ exitCode: 1, outputs: { state: "broken" } });
    expect(result.log).toContain("::error title=DVC pipeline is broken::ERROR: Stage 'nope' not found");
  });
});

describe("dvc-dry-run with a stand-in for dvc", () => {
  const dryRun = (dvc: string, targets = "train") =>
    runScript("dvc-dry-run", { env: { TARGETS: targets, STALE_LOCK: "warn" }, commands: { dvc } });

  test("dvc-dry-run: an error that it does not know is a failure", async () => {
    const result = await dryRun(`[[ $1 == status ]] && echo '{}' && exit; echo "ERROR: out of luck" >&2; exit 255`);
    expect(result).toMatchObject({ exitCode: 1, outputs: { state: "broken" } });
    expect(result.log).toContain("::error title=DVC pipeline is broken::ERROR: out of luck");
  });

  test("dvc-dry-run: a missing file that is no dependency of the stage is a failure", async () => {
    const failed = "ERROR: failed to reproduce 'train': [Errno 2] No such file or directory: '/usr/lib/x'";
    const result = await dryRun(`[[ $1 == status ]] && echo '{}' && exit; echo "${failed}" >&2; exit 255`);
    expect(result).toMatchObject({ exitCode: 1, outputs: { state: "broken" } });
  });

  test("dvc-dry-run: silence of dvc is a failure with a reason", async () => {
    const result = await dryRun("exit 254");
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain("::error title=DVC pipeline is broken::dvc status failed, see the log.");
  });

  test.each(["", "  ", "--force", "train $(id)", "train;id"])("dvc-dry-run: targets %j are refused", async targets => {
    const result = await dryRun('touch "$STANDIN/called"', targets);
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain("::error title=DVC::");
  });

  test("dvc-dry-run: targets on several lines are all asked for", async () => {
    const result = await dryRun(`[[ $1 == status ]] && echo '{}'; echo "$*" >&2`, "a\nsub/dvc.yaml:b@1\n");
    expect(result.exitCode).toBe(0);
    expect(result.log).toContain("repro --dry --allow-missing a sub/dvc.yaml:b@1");
  });
});
