import { expect, test } from "vitest";
import { dvcIgnore, hidingOf } from "../../src/repository/dvc/ignore.ts";
import { repositoryOf } from "../support/contents.ts";

const OWN = ["data/raw/a.csv.dvc", "data/raw/b.csv.dvc", "data/x.csv.dvc", "dvc.yaml", "pipelines/dvc.yaml"];

const hidden = (files: Readonly<Record<string, string>>) => {
  const repository = repositoryOf({ ...Object.fromEntries(OWN.map(file => [file, ""])), ".dvc/config": "", ...files });
  return OWN.filter(file => hidingOf(repository, file));
};

const RAW = ["data/raw/a.csv.dvc", "data/raw/b.csv.dvc"];
const DATA = [...RAW, "data/x.csv.dvc"];

/** What DVC 3.67 lists of such a repository, and what it leaves out. */
test.for<readonly [string, readonly string[]]>([
  ["data/raw/*\n!data/**/*.dvc\n", RAW],
  ["/data/raw/*\n!/data/raw/*.dvc\n!/data/raw/.gitignore\n", RAW],
  ["data/raw/*\r\n!*.dvc\r\n", RAW],
  ["data/raw/* \n\\#x\n", RAW],
  ["data/raw/\n", RAW],
  ["data/ra?/*\n", RAW],
  ["data/[r]aw/*\n!*.dvc\n", RAW],
  ["raw\n", RAW],
  ["**/raw/**\n!**/*.dvc\n", RAW],
  ["data/*\n!data/*.dvc\n!data/raw/\n", DATA],
  ["*.csv.dvc\n!data/x.csv.dvc\n", RAW],
  ["pipelines\n", ["pipelines/dvc.yaml"]],
  ["data/raw/*.csv\n", []],
  ["data/**\n!data/**/*.dvc\n!data/**/\n", []],
  ["data/raw/*\n!data/raw/\n!data/raw/*\n", []],
  ["data/*/*.csv*\n!*.dvc\n", []],
  ["data\n!data\n", []],
  ["# data/raw/*\n\n/raw\n", []],
])("hidden files: of .gitignore %j, DVC does not see %j", ([text, files]) => {
  expect(hidden({ ".gitignore": text })).toEqual(files);
});

test("hidden files: the patterns of a folder's own .gitignore are about what is in it, not about the folder", () => {
  expect(hidden({ "data/raw/.gitignore": "*\n!*.dvc\n!.gitignore\n" })).toEqual([]);
  expect(hidden({ "data/raw/.gitignore": "/*\n!/*.dvc\n" })).toEqual([]);
  expect(hidden({ "data/raw/.gitignore": "/a.csv\n/b.csv\n" })).toEqual([]);
  expect(hidden({ ".gitignore": "data/raw/*\n", "data/.gitignore": "!raw/*\n" })).toEqual([]);
  expect(hidden({ ".gitignore": "data/*\n", "data/.gitignore": "!*\n" })).toEqual(DATA);
});

test("hidden files: a .dvcignore hides as well, and the nearest one decides", () => {
  expect(hidden({ ".dvcignore": "data/raw\n" })).toEqual(RAW);
  expect(hidden({ ".dvcignore": "# nothing\npipelines/\n" })).toEqual(["pipelines/dvc.yaml"]);
  expect(hidden({ ".dvcignore": "*.dvc\n", "data/.dvcignore": "!x.csv.dvc\n" })).toEqual(RAW);
  expect(hidden({ "data/.dvcignore": "raw/*\n!raw/a.csv.dvc\n" })).toEqual(["data/raw/b.csv.dvc"]);
});

test("hidden files: the pattern is told with its place", () => {
  const repository = repositoryOf({ ".gitignore": "/models\n/data/raw/*\n", "data/raw/a.csv.dvc": "" });
  expect(hidingOf(repository, "data/raw/a.csv.dvc")).toMatchObject({
    pattern: "/data/raw/*",
    spot: { file: ".gitignore", line: 2, column: 1, endColumn: 12 },
  });
  const dvc = repositoryOf({ "data/.dvcignore": "x\nraw\n", "data/raw/a.csv.dvc": "" });
  expect(hidingOf(dvc, "data/raw/a.csv.dvc")).toMatchObject({
    pattern: "raw",
    spot: { file: "data/.dvcignore", line: 2 },
  });
});

test("hidden files: what is above a DVC repository does not hide it", () => {
  const files = { ".gitignore": "models/churn/*\n", "models/churn/.dvc/config": "", "models/churn/dvc.yaml": "" };
  expect(hidingOf(repositoryOf(files), "models/churn/dvc.yaml")).toMatchObject({ pattern: "models/churn/*" });
  const above = { ...files, ".gitignore": "/models/*\n!/models/churn\n" };
  expect(hidingOf(repositoryOf(above), "models/churn/dvc.yaml")).toBeUndefined();
});

test("hidden files: patterns that are none, or would take for ever, hide nothing and end", () => {
  const text = `[\n!\n/\n\\\n${"*a".repeat(200)}\n${"**/".repeat(200)}zz\n[z-a]x\n`;
  expect(hidden({ ".gitignore": text })).toEqual([]);
});

test("dvcignore: a path is ignored by name, or within a folder that is", () => {
  const isIgnored = dvcIgnore(repositoryOf({ ".dvcignore": "*.tmp\n/cache/\n" }));
  expect(isIgnored("a/b.tmp")).toBe(true);
  expect(isIgnored("cache/x/y")).toBe(true);
  expect(isIgnored("a/cache/x")).toBe(false);
});
