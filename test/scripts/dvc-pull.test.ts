import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DvcProject, dvcProject } from "../support/dvc.js";
import { runScript } from "../support/shell.js";

describe("dvc-pull with DVC", () => {
  let project: DvcProject;
  beforeAll(async () => {
    project = await dvcProject();
  });
  afterAll(() => rmSync(project.folder, { recursive: true, force: true }));

  const pull = (command?: string, TARGETS = "evaluate sub/dvc.yaml:join") =>
    runScript("dvc-pull", { env: { TARGETS }, prepare: project.clone(command) });

  test("dvc-pull: outputs and the raw data behind them arrive", async () => {
    const result = await pull();
    expect(result.exitCode).toBe(0);
    for (const path of ["data/raw.csv", "images/b", "model.bin", "sub/joined.csv"]) {
      expect(existsSync(join(result.workspace, path)), path).toBe(true);
    }
  });

  test("dvc-pull: an output that was never pushed is no failure", async () => {
    const result = await pull(
      `printf '  fresh:\\n    cmd: touch z\\n    deps: [model.bin]\\n    outs: [z]\\n' >>dvc.yaml`,
      "fresh",
    );
    expect(result.exitCode).toBe(0);
    expect(existsSync(join(result.workspace, "data/raw.csv"))).toBe(true);
  });

  test("dvc-pull: raw data that the remote does not have is a failure that names the files", async () => {
    const result = await pull("dvc remote add --quiet --force --default --local ci /nonexistent/store");
    expect(result.exitCode).toBe(1);
    expect(result.log).toMatch(/^::error title=DVC data::Not on this machine after the pull: .*data\/raw\.csv/m);
    expect(result.log).toContain("images");
    expect(result.log).toContain("the remote (local folder)");
    expect(result.log).not.toContain("/nonexistent/store");
  });

  test("dvc-pull: a remote that does not answer is a failure, though DVC says that all is up to date", async () => {
    const result = await pull("dvc remote add --quiet --force --default --local ci http://127.0.0.1:9/secret-path");
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain("the remote (http://) was not reached");
    expect(result.log).not.toContain("secret-path");
  });

  test("dvc-pull: without a default remote, data that is missing is a failure that says so", async () => {
    const result = await pull("dvc config --unset core.remote");
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain("this repository has no default remote");
  });

  test("dvc-pull: a repository with nothing to pull is fine", async () => {
    const result = await runScript("dvc-pull", {
      env: { TARGETS: "only" },
      prepare: project.clone(`rm -r dvc.lock dvc.yaml data images.dvc sub
        dvc config --unset core.remote
        printf 'stages:\\n  only:\\n    cmd: touch z\\n    deps: [params.yaml]\\n    outs: [z]\\n' >dvc.yaml`),
    });
    expect(result.exitCode).toBe(0);
  });
});

describe("dvc-pull with a stand-in for dvc", () => {
  test.each([
    ["s3://bucket", "s3://", "AWS_"],
    ["azure://container", "azure://", "AZURE_STORAGE_"],
    ["gs://bucket", "gs://", "service account"],
    ["ssh://host", "ssh://", "DVC's extra for ssh://"],
    ["/mnt/store", "local folder", "the folder exists"],
  ])("dvc-pull: a failing remote %s is named by its kind, with what to check", async (url, kind, advice) => {
    const dvc = `case $1 in remote) echo ci ;; config) echo "${url}" ;; pull) exit 1 ;; esac`;
    const result = await runScript("dvc-pull", { env: { TARGETS: "train" }, commands: { dvc } });
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain(`::error title=DVC data::The DVC remote (${kind}) did not hand out the data.`);
    expect(result.log).toContain(advice);
    expect(result.log).not.toContain("bucket\n");
  });

  test("dvc-pull: only some files of a directory are a failure", async () => {
    const dvc = `[[ $1 == status ]] && echo '{"images.dvc": [{"changed outs": {"images": "modified"}}]}' || true`;
    const result = await runScript("dvc-pull", {
      env: { TARGETS: "train" },
      commands: { dvc },
      files: { "images/a": "a" },
    });
    expect(result.exitCode).toBe(1);
    expect(result.log).toContain("Not on this machine after the pull: images.");
  });

  test("dvc-pull: the credentials file is loaded without being run", async () => {
    const dvc = `[[ $1 == status ]] && echo '{}' || echo "$AWS_SECRET_ACCESS_KEY" >>"$STANDIN/seen"`;
    const result = await runScript("dvc-pull", {
      env: { TARGETS: "train" },
      commands: { dvc },
      files: { "../temp/dvc-credentials.env": "AWS_SECRET_ACCESS_KEY=a b$(touch ran)=\n" },
    });
    expect(result.exitCode).toBe(0);
    expect(existsSync(join(result.workspace, "ran"))).toBe(false);
    expect(result.log).not.toContain("a b$(touch");
    expect(result.env).toEqual({});
  });
});
