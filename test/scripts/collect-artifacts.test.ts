import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { shell } from "../support/dvc.js";
import { runScript, type ShellSetup } from "../support/shell.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "artifact-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const collect = (artifacts: readonly string[], setup: ShellSetup = {}) =>
  runScript("collect-artifacts", {
    ...setup,
    env: { ARTIFACTS: artifacts.join("\n"), DESTINATION: join(folder, "a/b"), JOB_STATUS: "success", ...setup.env },
  });
const collected = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(join(folder, "a/b/").length))
    .sort();

const files = {
  "reports/metrics.json": "{}",
  "reports/evaluation/roc.png": "12345",
  "reports/evaluation/deep/a b.csv": "1",
  "models/baseline.joblib": "m".repeat(2048),
  "models/.hidden": "h",
};

test("collect-artifacts: files, directories and globs keep their relative paths", async () => {
  const result = await collect(
    ["required reports/metrics.json", "", "required reports/evaluation/**", "optional models/*.joblib"],
    { files },
  );
  expect(result).toMatchObject({ exitCode: 0, log: "", outputs: { files: "4" } });
  expect(collected()).toEqual([
    "models/baseline.joblib",
    "reports/evaluation/deep/a b.csv",
    "reports/evaluation/roc.png",
    "reports/metrics.json",
  ]);
  expect(result.summary).toContain("### Artifact: 4 files");
  expect(result.summary).toContain("| models/baseline.joblib | 2.0K |");
});

test.each(["reports/evaluation", "reports/evaluation/", "./reports/evaluation", "**/evaluation"])(
  "collect-artifacts: the directory %s counts with all its files",
  async path => {
    const result = await collect([`required ${path}`], { files });
    expect(result).toMatchObject({ exitCode: 0, outputs: { files: "2" } });
    expect(collected()).toEqual(["reports/evaluation/deep/a b.csv", "reports/evaluation/roc.png"]);
  },
);

test("collect-artifacts: a file named twice, or with a space, counts once", async () => {
  const result = await collect(["required reports/evaluation/deep/a b.csv", "required **/*.csv"], { files });
  expect(result).toMatchObject({ exitCode: 0, outputs: { files: "1" } });
});

test("collect-artifacts: globs do not look into hidden directories", async () => {
  const result = await collect(["required **/*.json"], { files: { ...files, ".venv/lib/x.json": "{}" } });
  expect(result).toMatchObject({ exitCode: 0, outputs: { files: "1" } });
});

test("collect-artifacts: what is optional and absent is one warning", async () => {
  const result = await collect(["optional reports/x.json", "optional *.html", "required models"], { files });
  expect(result).toMatchObject({ exitCode: 0, outputs: { files: "2" } });
  expect(result.log).toBe(
    "::warning title=Artifact::Not in the artifact, because it does not exist: reports/x.json (optional), *.html (optional).",
  );
});

test("collect-artifacts: what is required and absent fails, after everything else was copied", async () => {
  const result = await collect(["required reports/x.json", "required reports/metrics.json"], { files });
  expect(result).toMatchObject({ exitCode: 1, outputs: { files: "1" } });
  expect(result.log).toContain("::error title=Artifact::reports/x.json does not exist");
  expect(collected()).toEqual(["reports/metrics.json"]);
});

test("collect-artifacts: an empty directory is absent", async () => {
  const result = await collect(["required empty"], { prepare: workspace => shell(workspace, "mkdir empty") });
  expect(result.exitCode).toBe(1);
});

test.each(["failure", "cancelled"])("collect-artifacts: after %s an absent file is only a warning", async status => {
  const result = await collect(["required reports/x.json"], { env: { JOB_STATUS: status } });
  expect(result).toMatchObject({ exitCode: 0, outputs: { files: "0" } });
  expect(result.log).toContain("because it does not exist: reports/x.json (required).");
  expect(result.summary).toBe("### Artifact: no files\n\n");
});

test.each(["/etc/passwd", "../temp/x", "reports/../../temp/x", ".."])(
  "collect-artifacts: the path %s is refused",
  async path => {
    const result = await collect([`optional ${path}`, "required models"], {
      files: { ...files, "../temp/x": "secret" },
      env: { JOB_STATUS: "failure" },
    });
    expect(result).toMatchObject({ exitCode: 1, outputs: { files: "2" } });
    expect(result.log).toContain(`::error title=Artifact::${path} leaves the working directory`);
  },
);

test.each([
  ["a file", "link", "ln -s ../temp/x link"],
  ["a directory", "link", "ln -s ../temp link"],
  ["a file below a directory", "reports", "ln -s ../../temp/x reports/x"],
  ["a directory below a directory", "reports", "ln -s ../../temp reports/x"],
  ["a path through a directory", "link/*", "ln -s ../temp link"],
])("collect-artifacts: a link to %s outside is refused (%s, %s)", async (_name, path, command) => {
  const result = await collect([`optional ${path}`], {
    files: { "reports/metrics.json": "{}", "../temp/x": "secret" },
    prepare: workspace => shell(workspace, command),
  });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("leaves the working directory");
  expect(collected().filter(file => file.endsWith("x"))).toEqual([]);
});

test.each([
  ["the project", "mkdir .dvc"],
  ["the repository above it", "mkdir ../.dvc"],
])("collect-artifacts: links to the DVC cache of %s are followed", async (_name, command) => {
  const result = await collect(["required models"], {
    prepare: workspace =>
      shell(
        workspace,
        `${command}; cache=$(echo .dvc ../.dvc | xargs -n1 | xargs ls -d 2>/dev/null || true)/cache
         mkdir -p "$cache/files" models && echo weights >"$cache/files/abc"
         ln -s "$(realpath "$cache/files/abc")" models/model.bin`,
      ),
  });
  expect(result).toMatchObject({ exitCode: 0, outputs: { files: "1" } });
  expect(lstatSync(join(folder, "a/b/models/model.bin")).isFile()).toBe(true);
  expect(readFileSync(join(folder, "a/b/models/model.bin"), "utf8")).toBe("weights\n");
});

test("collect-artifacts: a broken link is absent", async () => {
  const result = await collect(["required gone"], { prepare: workspace => shell(workspace, "ln -s nothing gone") });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("gone does not exist");
});
