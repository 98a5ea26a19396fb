import { chmodSync, existsSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Machine } from "./machine.ts";

const upload = (machine: Machine, inputs: Record<string, string>) => machine.step("actions/upload-artifact", inputs);
const download = (machine: Machine, inputs: Record<string, string>) =>
  machine.step("actions/download-artifact", inputs);

test("artifacts: a folder comes back in another job as it was", () => {
  const machine = new Machine().write({ "out/models/m.pkl": "m", "out/metrics.json": "{}" });
  const uploaded = upload(machine, { name: "bundle", path: "out", "retention-days": "7" });
  expect(uploaded).toMatchObject({ code: 0, outputs: { "artifact-digest": expect.stringMatching(/^[0-9a-f]{64}$/) } });
  expect(uploaded.outputs["artifact-url"]).toMatch(
    /^https:\/\/github\.com\/Acme\/risk\/actions\/runs\/1\/artifacts\/\d+$/,
  );
  const other = machine.another();
  expect(download(other, { name: "bundle", path: "." }).outputs["download-path"]).toBe(other.workspace);
  expect(other.read("models/m.pkl")).toBe("m");
  const files = ["metrics.json", "models/m.pkl"];
  expect(machine.journal("actions.jsonl")).toEqual([
    { kind: "artifact-upload", job: "build", name: "bundle", files, bytes: 3, retentionDays: 7 },
    { kind: "artifact-download", job: "build", name: "bundle", path: other.workspace, files },
  ]);
});

test.for<[string, string, readonly string[]]>([
  ["one file is kept without its folder", "a/b/one.txt", ["one.txt"]],
  ["several paths keep what they do not share", "a/b\na/c/two.txt", ["b/one.txt", "c/two.txt"]],
  ["a path inside another adds nothing", "a\na/b/one.txt", ["b/one.txt", "c/two.txt"]],
  ["hidden files stay behind", ".", ["a/b/one.txt", "a/c/two.txt"]],
  ["a hidden folder that is named is no hidden file", ".hidden/x.txt", ["x.txt"]],
])("artifacts: %s", ([, path, expected]) => {
  const machine = new Machine().write({ "a/b/one.txt": "1", "a/c/two.txt": "2", "a/.env": "s", ".hidden/x.txt": "x" });
  symlinkSync("nowhere", join(machine.workspace, "broken"));
  expect(upload(machine, { path }).code).toBe(0);
  expect(machine.journal("actions.jsonl")).toEqual([expect.objectContaining({ name: "artifact", files: expected })]);
});

test("artifacts: hidden files come with them when they are asked for", () => {
  const machine = new Machine().write({ "a/.env": "s" });
  expect(upload(machine, { path: "a", "include-hidden-files": "true" }).code).toBe(0);
  expect(machine.journal("actions.jsonl")).toEqual([expect.objectContaining({ files: [".env"] })]);
});

test("artifacts: a file loses its permissions, as in an archive", () => {
  const machine = new Machine().write({ "a/x.sh": "x" });
  chmodSync(join(machine.workspace, "a/x.sh"), 0o755);
  upload(machine, { name: "x", path: "a" });
  expect(statSync(join(machine.artifacts, "x/x.sh")).mode & 0o777).toBe(0o644);
});

test("artifacts: a name that is taken is an error, unless it may be overwritten", () => {
  const machine = new Machine().write({ "a.txt": "1", "b.txt": "2" });
  upload(machine, { name: "x", path: "a.txt" });
  const again = upload(machine, { name: "x", path: "b.txt" });
  expect(again).toMatchObject({ code: 1, log: expect.stringContaining("(409) Conflict") });
  expect(upload(machine, { name: "x", path: "b.txt", overwrite: "true" }).code).toBe(0);
  expect(readdirSync(join(machine.artifacts, "x"))).toEqual(["b.txt"]);
  expect(readdirSync(machine.artifacts)).toEqual(["x"]);
});

test("artifacts: nothing found is a warning, an error, or nothing", () => {
  const machine = new Machine();
  const nothing = (policy: string) => upload(machine, { path: "none", "if-no-files-found": policy });
  expect(nothing("")).toMatchObject({ code: 0, log: expect.stringMatching(/^::warning::No files were found/) });
  expect(nothing("error")).toMatchObject({ code: 1, log: expect.stringMatching(/^::error::No files were found/) });
  expect(nothing("ignore")).toMatchObject({ code: 0, log: expect.stringMatching(/^No files were found/) });
  expect(nothing("other")).toMatchObject({ code: 1 });
  expect(existsSync(join(machine.artifacts, "artifact"))).toBe(false);
});

test("artifacts: all of them, or those of a pattern, go to a folder each", () => {
  const machine = new Machine().write({ "a.txt": "a", "b.txt": "b" });
  upload(machine, { name: "model-a", path: "a.txt" });
  upload(machine, { name: "report", path: "b.txt" });
  expect(download(machine, { path: "all" }).code).toBe(0);
  expect(machine.read("all/model-a/a.txt") + machine.read("all/report/b.txt")).toBe("ab");
  expect(download(machine, { path: "some", pattern: "model-*", "merge-multiple": "true" }).code).toBe(0);
  expect(machine.has("some/a.txt")).toBe(true);
  expect(machine.has("some/b.txt")).toBe(false);
});

test.for<[string, Record<string, string>, string]>([
  ["a name with a slash", { name: "a/b" }, "The artifact name is not valid: a/b"],
  ["a pattern", { path: "reports/*.json" }, "knows no patterns"],
  ["a year of retention", { "retention-days": "365" }, "Invalid retention-days"],
  ["no path", { path: "" }, "Input required and not supplied: path"],
])("artifacts: %s is refused", ([, inputs, text]) => {
  const result = upload(new Machine().write({ "a.txt": "a" }), { path: "a.txt", ...inputs });
  expect(result).toMatchObject({ code: 1, log: expect.stringContaining("::error::") });
  expect(result.log).toContain(text);
});

test("artifacts: one that is not there, and one of another run, cannot be downloaded", () => {
  const machine = new Machine();
  expect(download(machine, { name: "none" }).log).toContain("Artifact not found for name: none");
  expect(download(machine, { "run-id": "9" }).log).toContain("the artifacts of this run only");
});
