import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DvcProject, dvcProject } from "../support/dvc.js";
import { runScript } from "../support/shell.js";

describe("dvc-repro with DVC", () => {
  let project: DvcProject;
  beforeAll(async () => {
    project = await dvcProject();
  });
  afterAll(() => rmSync(project.folder, { recursive: true, force: true }));

  const repro = (command: string, FORCE = "false") =>
    runScript("dvc-repro", {
      env: { TARGETS: "evaluate sub/dvc.yaml:join", FORCE },
      prepare: project.clone(`dvc pull --quiet && ${command}`),
    });

  test("dvc-repro: nothing to do leaves no notice", async () => {
    const result = await repro("true");
    expect(result.exitCode).toBe(0);
    expect(result.log).not.toContain("::");
    expect(result.summary).toBe("");
  });

  test("dvc-repro: force runs every stage once", async () => {
    const result = await repro("true", "true");
    expect(result.exitCode).toBe(0);
    expect(result.log.match(/^Running stage '.*':$/gm)).toHaveLength(4);
  });

  test("dvc-repro: outputs that differ from the committed lock are listed", async () => {
    const result = await repro("echo 'echo more >>model.bin' >>train.sh; echo 'echo >>joined.csv' >>sub/join.sh");
    expect(result.exitCode).toBe(0);
    expect(result.log).toContain("::notice title=dvc.lock changed::");
    expect(result.summary).toContain("| train | model.bin | changed |");
    expect(result.summary).toContain("| evaluate | metrics.json | changed |");
    expect(result.summary).toContain("| sub/dvc.yaml:join | joined.csv | changed |");
    expect(result.summary).not.toContain("split.csv");
  });

  test("dvc-repro: outputs of a new stage are listed as new", async () => {
    const result = await repro("git rm -q dvc.lock && git -c user.name=t -c user.email=t@e commit -qm lock");
    expect(result.exitCode).toBe(0);
    expect(result.summary).toContain("| train | model.bin | new |");
  });

  test("dvc-repro: a failing stage is named", async () => {
    const result = await repro("echo 'exit 3' >>train.sh");
    expect(result.exitCode).not.toBe(0);
    expect(result.log).toContain("::error title=DVC stage failed::train failed;");
  });
});

describe("dvc-repro with a stand-in for dvc", () => {
  const dvc = `echo "$* \${MLFLOW_TRACKING_TOKEN-unset} \${MLFLOW_TRACKING_URI-unset} \${AWS_REGION-unset}" >>"$STANDIN/calls"`;

  test("dvc-repro: one call, with empty variables dropped and the remote's credentials loaded", async () => {
    const result = await runScript("dvc-repro", {
      env: { TARGETS: "a b", FORCE: "true", MLFLOW_TRACKING_TOKEN: "", MLFLOW_TRACKING_URI: "http://mlflow" },
      commands: { dvc },
      files: { "../temp/dvc-credentials.env": "AWS_REGION=eu-west-1\n" },
    });
    expect(result.exitCode).toBe(0);
    expect(readFileSync(join(result.standin, "calls"), "utf8")).toBe(
      "repro --force a b unset http://mlflow eu-west-1\n",
    );
    expect(result.env).toEqual({});
  });

  test("dvc-repro: a failure outside any stage is dvc's own", async () => {
    const result = await runScript("dvc-repro", {
      env: { TARGETS: "a", FORCE: "false" },
      commands: { dvc: "echo 'ERROR: no such stage' >&2; exit 255" },
    });
    expect(result.exitCode).toBe(255);
    expect(result.log).toContain("::error title=DVC stage failed::dvc repro failed;");
  });
});
