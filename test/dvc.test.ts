import { expect, test } from "vitest";
import { dvcStages, namesRemotes, withUpstream } from "../src/repository/dvc.ts";
import { dvcConfig, readDvcConfig } from "../src/repository/dvc-config.ts";
import { repositoryOf } from "./support/contents.ts";

const PIPELINE = `stages:
  ingest:
    cmd: ingest
    outs:
      - data/raw/
  split:
    cmd: split
    deps: [data/raw/applications.csv]
    outs:
      - data/split
  train:
    cmd: train
    deps:
      - ./data/split
      - src/train.py
    outs:
      - models/model.joblib:
          cache: false
    metrics:
      - reports/metrics.json
  drift:
    cmd: drift
    deps: [data/split/test.csv]
  evaluate:
    foreach: [train, test]
    do:
      cmd: evaluate \${item}
      deps: [models/model.joblib, "data/split/\${item}.csv"]
`;

const stages = dvcStages(repositoryOf({ "dvc.yaml": PIPELINE }), ".");
const upstream = (...names: readonly string[]) => stages && [...withUpstream(stages, names)].sort();

test("dvc: a stage has its dependencies and outputs, in normal form and without templates", () => {
  expect(stages?.stages.get("train")).toEqual({
    deps: ["data/split", "src/train.py"],
    outs: ["models/model.joblib", "reports/metrics.json"],
  });
  expect(stages?.stages.get("evaluate")).toEqual({ deps: ["models/model.joblib"], outs: [] });
  expect(stages?.groups).toEqual(new Set(["evaluate"]));
  expect(stages?.hasTemplates).toBe(true);
});

test("dvc: upstream of a stage is what makes its dependencies, also a folder around them or files in them", () => {
  expect(upstream("drift")).toEqual(["drift", "ingest", "split"]);
  expect(upstream("evaluate")).toEqual(["evaluate", "ingest", "split", "train"]);
  expect(upstream("ingest", "nothing")).toEqual(["ingest"]);
});

test("dvc: a pipeline that goes round in a circle has an end", () => {
  const circle = "stages:\n  a: {cmd: a, deps: [x], outs: [y]}\n  b: {cmd: b, deps: [y], outs: [x]}\n";
  const read = dvcStages(repositoryOf({ "dvc.yaml": circle }), ".");
  expect(read && [...withUpstream(read, ["a"])]).toEqual(["a", "b"]);
});

test("dvc: a broken or absent dvc.yaml has no stages to compare with", () => {
  expect(dvcStages(repositoryOf({ "dvc.yaml": "stages: [" }), ".")).toBeUndefined();
  expect(dvcStages(repositoryOf({}), ".")).toBeUndefined();
  expect(dvcStages(repositoryOf({ "a/dvc.yaml": "- 1\n" }), "a")?.names).toEqual([]);
});

test("dvc: an output with a remote of its own, or data imported from elsewhere, needs no default remote", () => {
  expect(namesRemotes(repositoryOf({ "a.dvc": "outs:\n  - path: a\n    remote: big\n" }))).toBe(true);
  expect(namesRemotes(repositoryOf({ "a.dvc": "deps:\n  - path: a\n    repo: {url: https://example.com}\n" }))).toBe(
    true,
  );
  expect(namesRemotes(repositoryOf({ "dvc.yaml": "stages:\n  s:\n    cmd: 'echo remote: x'\n" }))).toBe(false);
});

test("dvc config: the default remote and the addresses are read, through quotes, blanks and comments", () => {
  const text = `# Of the project.
[core]
    analytics = false
    remote = "my store" # the default
['remote "my store"']
    url = s3://bucket/path # in Frankfurt
["remote \\"other\\""]
url=/mnt/dvc
[cache]
    url = s3://not-a-remote
`;
  const { defaultRemote, remotes } = readDvcConfig(text.replace('["remote \\"other\\""]', "['remote \"other.eu\"']"));
  expect(defaultRemote).toBe("my store");
  expect([...remotes]).toEqual([
    ["my store", "s3://bucket/path"],
    ["other.eu", "/mnt/dvc"],
  ]);
});

test("dvc config: a commented or empty setting is none", () => {
  expect(readDvcConfig("[core]\n# remote = a\n")).toEqual({ defaultRemote: undefined, remotes: new Map() });
  expect(readDvcConfig("[core]\nremote =\n").defaultRemote).toBeUndefined();
  expect(readDvcConfig("").defaultRemote).toBeUndefined();
});

test("dvc config: a folder belongs to the nearest project above it", () => {
  const repository = repositoryOf({
    ".dvc/config": "[core]\nremote = root\n",
    "services/scoring/.dvc/config": "[core]\nremote = own\n",
  });
  expect(dvcConfig(repository, "services/scoring/src")?.defaultRemote).toBe("own");
  expect(dvcConfig(repository, "services")?.file).toBe(".dvc/config");
  expect(dvcConfig(repositoryOf({}), "a/b")).toBeUndefined();
});
