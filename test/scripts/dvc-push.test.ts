import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dvcProject } from "../support/dvc.js";
import { runScript } from "../support/shell.js";

test("dvc-push: the stages' data and what is behind it reach the remote", async () => {
  const project = await dvcProject();
  rmSync(project.remote, { recursive: true });
  const result = await runScript("dvc-push", {
    env: { TARGETS: "train" },
    prepare: project.clone(`cp -r ${project.folder}/source/.dvc/cache .dvc/ && dvc checkout --quiet`),
  });
  expect(result.exitCode).toBe(0);
  // The raw data, two images and their directory, the split and the model.
  const objects = readdirSync(join(project.remote, "files/md5"), { recursive: true, withFileTypes: true });
  expect(objects.filter(entry => entry.isFile()).length).toBeGreaterThanOrEqual(5);
  rmSync(project.folder, { recursive: true, force: true });
});

test("dvc-push: all targets are pushed in one call, without the run cache", async () => {
  const result = await runScript("dvc-push", {
    env: { TARGETS: "train sub/dvc.yaml:join" },
    commands: { dvc: 'echo "$* $AWS_REGION" >>"$STANDIN/calls"' },
    files: { "../temp/dvc-credentials.env": "AWS_REGION=eu-west-1\n" },
  });
  expect(result.exitCode).toBe(0);
  expect(readFileSync(join(result.standin, "calls"), "utf8")).toBe(
    "push --with-deps train sub/dvc.yaml:join eu-west-1\n",
  );
});

test("dvc-push: a failure names the kind of remote, not its address", async () => {
  const result = await runScript("dvc-push", {
    env: { TARGETS: "train" },
    commands: { dvc: "case $1 in remote) echo ci ;; config) echo s3://hidden-bucket ;; push) exit 1 ;; esac" },
  });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("::error title=DVC push::The results could not be sent to the DVC remote (s3://).");
  expect(result.log).not.toContain("hidden-bucket");
});
