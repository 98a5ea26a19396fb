import { expect, test } from "vitest";
import { dvcConfig, readDvcConfig } from "../../src/repository/dvc/config.ts";
import { dvcFile, dvcFiles } from "../../src/repository/dvc/dvc-file.ts";
import { dvcLock } from "../../src/repository/dvc/lock.ts";
import { dvcFileOf, namesRemotes, trackedOutputs } from "../../src/repository/dvc/outputs.ts";
import { isIn, pathIn } from "../../src/repository/dvc/paths.ts";
import { dvcProject } from "../../src/repository/dvc/project.ts";
import { cycleAmong, findStages, parentsOf, pipelineAround, upstreamOf } from "../../src/repository/dvc/stages.ts";
import { repositoryOf } from "../support/contents.ts";

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
          persist: true
          remote: big
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

const repository = repositoryOf({ "dvc.yaml": PIPELINE });
const namesOf = (stages: readonly { readonly name: string }[]) => stages.map(({ name }) => name).sort();
const upstream = (...names: readonly string[]) =>
  namesOf(
    upstreamOf(
      repository,
      names.flatMap(name => findStages(repository, ".", name)),
    ),
  );
const stageOf = (text: string, name: string) =>
  dvcProject(repositoryOf({ "dvc.yaml": text }), ".")?.stages.find(stage => stage.name === name);

test("dvc: a stage has its dependencies and outputs, in normal form and with their settings", () => {
  const train = dvcProject(repository, ".")?.stages.find(({ name }) => name === "train");
  expect(train?.deps.map(({ path, written }) => [path, written])).toEqual([
    ["data/split", "./data/split"],
    ["src/train.py", "src/train.py"],
  ]);
  expect(train?.outs).toEqual([
    expect.objectContaining({ path: "models/model.joblib", kind: "out", cache: false, persist: true, remote: "big" }),
    expect.objectContaining({ path: "reports/metrics.json", kind: "metric", cache: true, persist: false }),
  ]);
  expect(train?.spot).toEqual({ file: "dvc.yaml", line: 11, column: 3, endLine: 11, endColumn: 8 });
  expect(train?.outs[0]?.spot).toMatchObject({ line: 17, column: 9 });
});

test("dvc: upstream of a stage is what makes its dependencies, also a folder around them or files in them", () => {
  expect(upstream("drift")).toEqual(["drift", "ingest", "split"]);
  expect(upstream("evaluate")).toEqual(["evaluate@test", "evaluate@train", "ingest", "split", "train"]);
  expect(upstream("ingest", "nothing")).toEqual(["ingest"]);
  const within = repositoryOf({
    "dvc.yaml": "stages:\n  a: {cmd: a, outs: [data/a.csv]}\n  b: {cmd: b, deps: [data]}\n",
  });
  expect(namesOf(upstreamOf(within, findStages(within, ".", "b")))).toEqual(["a", "b"]);
});

test("dvc: upstream leads into the other dvc.yaml files of the same DVC repository, and no further", () => {
  const many = repositoryOf({
    ".dvc/config": "",
    "dvc.yaml": "stages:\n  use: {cmd: u, deps: [etl/out.csv, own/out.csv]}\n",
    "etl/dvc.yaml": "stages:\n  load: {cmd: l, deps: [../raw.csv], outs: [out.csv]}\n",
    "own/.dvc/config": "",
    "own/dvc.yaml": "stages:\n  other: {cmd: o, outs: [out.csv]}\n",
  });
  expect(namesOf(upstreamOf(many, findStages(many, ".", "use")))).toEqual(["load", "use"]);
  expect(pipelineAround(many, "own/dvc.yaml").stages.map(({ name }) => name)).toEqual(["other"]);
});

test("dvc: a frozen stage is as it is, whatever it depends on", () => {
  const frozen = repositoryOf({
    "dvc.yaml": "stages:\n  a: {cmd: a, outs: [x]}\n  b: {cmd: b, deps: [x], frozen: true}\n",
  });
  expect(namesOf(upstreamOf(frozen, findStages(frozen, ".", "b")))).toEqual(["b"]);
});

test("dvc: a pipeline that goes round in a circle has an end, and the circle is told", () => {
  const circle = repositoryOf({
    "dvc.yaml":
      "stages:\n  a: {cmd: a, deps: [x], outs: [y]}\n  b: {cmd: b, deps: [y], outs: [x]}\n  c: {cmd: c, deps: [x]}\n",
  });
  const stages = dvcProject(circle, ".")?.stages ?? [];
  expect(namesOf(upstreamOf(circle, findStages(circle, ".", "a")))).toEqual(["a", "b"]);
  expect(namesOf(cycleAmong(circle, stages) ?? [])).toEqual(["a", "b"]);
  expect(cycleAmong(repository, dvcProject(repository, ".")?.stages ?? [])).toBeUndefined();
  const self = repositoryOf({ "dvc.yaml": "stages:\n  a: {cmd: a, deps: [x], outs: [x]}\n" });
  expect(namesOf(cycleAmong(self, findStages(self, ".", "a")) ?? [])).toEqual(["a"]);
});

test("dvc: a chain of 20,000 stages is followed without recursion and in linear time", () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `  s${n}: {cmd: a, deps: [f${n}], outs: [f${n + 1}]}`);
  const chain = repositoryOf({ "dvc.yaml": `stages:\n${lines.join("\n")}\n` });
  expect(upstreamOf(chain, findStages(chain, ".", "s19999"))).toHaveLength(20_000);
  expect(cycleAmong(chain, dvcProject(chain, ".")?.stages ?? [])).toBeUndefined();
});

test("dvc: a stage is found by each address that dvc repro takes", () => {
  const many = repositoryOf({
    "p/dvc.yaml": `stages:\n  t:\n    foreach: [eu, us]\n    do: {cmd: a, outs: ["o\${item}"]}\n  n: {cmd: b}\n  u:\n    foreach: [{x: 1}]\n    do: {cmd: c}\n`,
    "p/x.csv.dvc": "outs:\n- path: x.csv\n",
  });
  const at = (folder: string, address: string) => namesOf(findStages(many, folder, address));
  expect(at("p", "t")).toEqual(["t@eu", "t@us"]);
  expect(at("p", "t@eu")).toEqual(["t@eu"]);
  expect(at("p", "t@zz")).toEqual([]);
  expect(at("p", ":t@eu")).toEqual(["t@eu"]);
  expect(at("p", "u@0")).toEqual(["u@0"]);
  expect(at(".", "p/dvc.yaml:n")).toEqual(["n"]);
  expect(at(".", "./p/dvc.yaml:t@us")).toEqual(["t@us"]);
  expect(at(".", "p/dvc.yaml")).toEqual(["n", "t@eu", "t@us", "u@0"]);
  expect(at("p", "../p/dvc.yaml:n")).toEqual(["n"]);
  expect(at(".", "n")).toEqual([]);
  expect(at(".", "p/x.csv.dvc")).toEqual(["x.csv.dvc"]);
  expect(at(".", "../p/dvc.yaml")).toEqual([]);
});

test("dvc: a broken dvc.yaml has a problem with its place and no stages; an absent one is none", () => {
  const broken = dvcProject(repositoryOf({ "dvc.yaml": "stages:\n  a: [\n" }), ".");
  expect(broken?.stages).toEqual([]);
  expect(broken?.problems[0]).toMatchObject({ kind: "syntax", spot: { file: "dvc.yaml", line: 3 } });
  expect(dvcProject(repositoryOf({}), ".")).toBeUndefined();
  expect(dvcProject(repositoryOf({ "a/dvc.yaml": "" }), "a")).toMatchObject({ stages: [], problems: [] });
});

test.for([
  ["- 1\n", "it is no mapping", 1],
  ["stages:\n  s: {cmd: a}\nx: 1\n", "it has `x`, which it does not know", 3],
  ["stages:\n  s: {cmd: a, depends: [x]}\n", "stage `s` has `depends`, which it does not know", 2],
  ["stages:\n  s: {deps: [x]}\n", "stage `s` has no `cmd`", 2],
  ["stages:\n  s: {cmd: a, deps: x}\n", "`deps` of stage `s` is no list", 2],
  ["stages:\n  s: {cmd: a, deps: [1]}\n", "an entry of `deps` of stage `s` is no text", 2],
  ["stages:\n  s: {cmd: a, frozen: yes}\n", "`frozen` of stage `s` is neither true nor false", 2],
  ["stages:\n  s: {foreach: [a], cmd: a}\n", "stage `s` has `foreach` without `do`", 2],
  ["stages:\n  s: {foreach: 1, do: {cmd: a}}\n", "stage `s`: `foreach` takes a list or a mapping", 2],
  [`stages:\n  s: {cmd: 'a \${no}'}\n`, "stage `s`: nothing defines `no`", 2],
  ["vars: [no.yaml]\nstages:\n  s: {cmd: a}\n", "there is no no.yaml", 1],
  [`vars: ['\${x}.yaml']\nstages:\n  s: {cmd: a}\n`, `\`vars\` takes no variables: \`\${x}.yaml\``, 1],
  ["vars: [{a: 1}, {a: 2}]\nstages:\n  s: {cmd: a}\n", "`a` is defined twice", 1],
  ["stages:\n  s: {cmd: a}\n  s: {cmd: b}\n", "the key `s` is there twice", 3],
  ["stages: {s: {cmd: a}}\n---\nstages: {}\n", "a second document begins here", 2],
  ["stages: &a\n  s: *a\n", "`*a` is within what it stands for", 2],
  ["stages:\n  s: {cmd: !run a}\n", "Unresolved tag: !run", 2],
] as const)("dvc: DVC refuses %j, and it is told that %s", ([text, message, line]) => {
  const problems = dvcProject(repositoryOf({ "dvc.yaml": text }), ".")?.problems ?? [];
  expect(problems.map(problem => [problem.message.replace(/^.*?: /, ""), problem.spot.line])).toContainEqual([
    message,
    line,
  ]);
});

test("dvc: vars may name the default file as well, and name none that names another in turn", () => {
  const text = `vars: [params.yaml]\nstages:\n  s: {cmd: 'echo \${a}'}\n`;
  const project = dvcProject(repositoryOf({ "dvc.yaml": text, "params.yaml": "a: 1\nvars: [params.yaml]\n" }), ".");
  expect(project?.problems).toEqual([]);
  expect(project?.stages[0]?.commands).toMatchObject([{ text: "echo 1", isTemplated: false }]);
});

test("dvc: a broken file of variables is told at its own place", () => {
  const project = dvcProject(
    repositoryOf({ "dvc.yaml": `stages:\n  s: {cmd: 'a \${x}', outs: ['\${x}']}\n`, "params.yaml": "a: [\n" }),
    ".",
  );
  expect(project?.problems).toMatchObject([{ spot: { file: "params.yaml" } }]);
  expect(project?.stages[0]?.outs).toMatchObject([{ isTemplated: true }]);
});

test("dvc: what cannot be known is templated, and no reason to complain", () => {
  const files = {
    "dvc.yaml": `vars: [values.py]\nstages:\n  s:\n    foreach: \${items}\n    do: {cmd: 'a \${item}', outs: ['o/\${item}', fix]}\n`,
    "values.py": "items = ['a']\n",
  };
  const project = dvcProject(repositoryOf(files), ".");
  expect(project?.problems).toEqual([]);
  expect(project?.stages).toMatchObject([
    { name: "s", group: "s", isTemplated: true, outs: [{ isTemplated: true }, { path: "fix", isTemplated: false }] },
  ]);
  expect(findStages(repositoryOf(files), ".", "s@anything")).toHaveLength(1);
  expect(pipelineAround(repositoryOf(files), "dvc.yaml").isComplete).toBe(false);
});

test("dvc: variables come from lists, mappings, matrices, files and keys of files", () => {
  const files = {
    "dvc.yaml": `vars: [extra.yaml, "more.json:a", more.toml, {inline: {n: [1, 2.50]}}]
stages:
  t:
    foreach: \${regions}
    do:
      wdir: sub/\${key}
      cmd: ["echo \${item.v}", "echo \${e.v} \${a} \${b.c}"]
      deps: [../../x, "\${item[l][0]}"]
      params: [lr, "\${key}.yaml": [k]]
      outs: [o: {cache: false}]
  n:
    foreach: \${inline.n}
    do: {cmd: "echo \\\\\${HOME} \${item}"}
  m:
    matrix: {model: [cnn, rnn], cfg: [{p: x}, {p: y}]}
    cmd: echo \${item.model} \${item.cfg.p} \${key}
  v:
    vars: [{own: 1}]
    cmd: echo \${own}
`,
    "params.yaml": "regions:\n  eu: {v: 1, l: [d]}\n  3: {v: true, l: [f]}\n",
    "extra.yaml": "e: {v: 5}\n",
    "more.json": '{"a": "A", "z": 1}',
    "more.toml": "b = { c = 7 }\n",
  };
  const project = dvcProject(repositoryOf(files), ".");
  expect(project?.problems).toEqual([]);
  expect(project?.names).toEqual([
    ...["t", "t@eu", "t@3", "n", "n@1", "n@2.5", "m", "m@cnn-cfg0", "m@cnn-cfg1", "m@rnn-cfg0", "m@rnn-cfg1", "v"],
  ]);
  const [eu, three, , half, matrix] = project?.stages ?? [];
  expect(eu).toMatchObject({
    name: "t@eu",
    group: "t",
    folder: "sub/eu",
    commands: [{ text: "echo 1" }, { text: "echo 5 A 7" }],
    deps: [{ path: "x" }, { path: "sub/eu/d" }],
    params: [
      { file: "sub/eu/params.yaml", keys: ["lr"] },
      { file: "sub/eu/eu.yaml", keys: ["k"] },
    ],
    outs: [{ path: "sub/eu/o", cache: false }],
  });
  expect(three).toMatchObject({ commands: [{ text: "echo true" }, {}], deps: [{}, { path: "sub/3/f" }] });
  expect(half).toMatchObject({ name: "n@2.5", commands: [{ text: `echo \${HOME} 2.5` }] });
  expect(matrix).toMatchObject({ name: "m@cnn-cfg0", commands: [{ text: "echo cnn x cnn-cfg0" }] });
  expect(project?.stages.at(-1)).toMatchObject({ name: "v", commands: [{ text: "echo 1" }] });
});

test.for([
  ["true", "true"],
  ["null", "None"],
  ["1.0", "1.0"],
  ["1e5", "100000.0"],
  ["1e-7", "1e-07"],
  ["1e20", "1e+20"],
  ["0.00012", "0.00012"],
  ["1_000", "1000"],
  ["007", "7"],
  ["0x10", "16"],
  ["12345678901234567890", "12345678901234567890"],
  ["'1.0'", "1.0"],
  ["yes", "yes"],
] as const)("dvc: the item %s is %s in a name, as Python prints it", ([item, text]) => {
  const project = dvcProject(
    repositoryOf({ "dvc.yaml": `stages:\n  s:\n    foreach: [${item}]\n    do: {cmd: a}\n` }),
    ".",
  );
  expect(project?.stages[0]?.name).toBe(`s@${text}`);
});

test("dvc: keys of a YAML anchor are merged into a stage", () => {
  const stage = stageOf("stages:\n  s: &b {cmd: a, deps: [d]}\n  t:\n    <<: *b\n    cmd: b\n", "t");
  expect(stage).toMatchObject({ commands: [{ text: "b" }], deps: [{ path: "d" }] });
});

test("dvc: aliases that multiply, deep nesting and huge matrices end", () => {
  const bomb = Array.from({ length: 40 }, (_, n) => `  a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`).join("\n");
  const axes = Array.from({ length: 12 }, (_, n) => `      a${n}: [1, 2, 3, 4, 5, 6, 7, 8, 9]`).join("\n");
  const files = {
    "dvc.yaml": `stages:\n  s:\n    foreach: \${a40}\n    do: {cmd: 'a \${item}'}\n  m:\n    matrix:\n${axes}\n    cmd: a\n`,
    "params.yaml": `a0: &a0 [x]\n${bomb.replaceAll("  a", "a")}\n`,
    "deep/dvc.yaml": "- ".repeat(50_000),
    "flow/dvc.yaml": "[".repeat(50_000),
  };
  const hostile = repositoryOf(files);
  expect(dvcProject(hostile, ".")?.stages.map(({ name }) => name)).toEqual(["s@0", "s@1", "s@2", "m"]);
  for (const folder of ["deep", "flow"])
    expect(dvcProject(hostile, folder)?.problems).toMatchObject([{ message: expect.stringContaining("too deeply") }]);
});

test("dvc: paths outside of the repository, and addresses, are not known", () => {
  const stage = stageOf("stages:\n  s: {cmd: a, deps: [s3://b/x, /abs, ../up, ~/home, a/../b]}\n", "s");
  expect(stage?.deps.map(({ path, isTemplated }) => [path, isTemplated])).toEqual([
    ["s3://b/x", true],
    ["/abs", true],
    ["../up", true],
    ["~/home", true],
    ["b", false],
  ]);
  expect(pathIn("a/b", "../../c/")).toBe("c");
  expect(pathIn("a", "..")).toBe(".");
  expect(isIn("a/b/c", new Set(["a/b"]))).toBe(true);
  expect(isIn("a/bc", new Set(["a/b"]))).toBe(false);
});

test("dvc lock: what a stage read and wrote is there with its hashes, relative to the repository", () => {
  const lock = dvcLock(
    repositoryOf({
      "p/dvc.yaml": "stages:\n  s: {cmd: a, wdir: sub}\n",
      "p/dvc.lock": `schema: '2.0'
stages:
  s:
    cmd: a
    deps:
    - path: ../x.csv
      hash: md5
      md5: 0cc175b9c0f1b6a831c399e269772661
      size: 1
    params:
      params.yaml: {lr: 1}
    outs:
    - path: out
      md5: 0cc175b9c0f1b6a831c399e269772661.dir
      nfiles: 2
`,
    }),
    "p",
  );
  expect(lock?.stages.get("s")).toMatchObject({
    deps: [{ path: "p/x.csv", md5: "0cc175b9c0f1b6a831c399e269772661", size: 1, isDir: false, spot: { line: 6 } }],
    outs: [{ path: "p/sub/out", isDir: true }],
    params: new Map([["p/sub/params.yaml", ["lr"]]]),
  });
  expect(dvcLock(repositoryOf({ "dvc.lock": "stages: {" }), ".")?.problems).toHaveLength(1);
  expect(dvcLock(repositoryOf({}), ".")).toBeUndefined();
});

test("dvc lock: a file of more than two million characters is told of and not read", () => {
  const lock = dvcLock(repositoryOf({ "dvc.lock": `#${"x".repeat(2_000_000)}\n` }), ".");
  expect(lock?.problems).toMatchObject([{ kind: "too-large" }]);
});

test("dvc files: they name their data, its hash and where it was imported from", () => {
  const files = repositoryOf({
    "data/x.csv.dvc": "outs:\n- md5: abc\n  path: x.csv\n  remote: big\n",
    "data/many.dvc": "wdir: raw\nouts:\n- path: a.csv\n- path: b.csv\n",
    "i.dvc": "frozen: true\ndeps:\n- path: data\n  repo: {url: https://example.com/r}\nouts:\n- path: i\n",
    "u.dvc": "deps:\n- path: s3://bucket/u\nouts:\n- path: u\n",
    "broken.dvc": "outs: [\n",
  });
  expect(dvcFile(files, "data/x.csv.dvc")).toMatchObject({
    outs: [{ path: "data/x.csv", md5: "abc", remote: "big" }],
    isImport: false,
  });
  expect(dvcFile(files, "i.dvc")).toMatchObject({
    deps: [{ repo: "https://example.com/r" }],
    isImport: true,
    frozen: true,
  });
  expect(dvcFile(files, "u.dvc")?.deps).toEqual([{ url: "s3://bucket/u" }]);
  expect(dvcFiles(files).flatMap(({ problems }) => problems)).toHaveLength(1);
  expect(dvcFileOf(files, "data/x.csv")).toBe("data/x.csv.dvc");
  expect(dvcFileOf(files, "data/raw/b.csv")).toBe("data/many.dvc");
  expect(dvcFileOf(files, "data/raw")).toBe("data/many.dvc");
  expect(dvcFileOf(files, "data/raw/c.csv")).toBeUndefined();
});

test("dvc: tracked outputs are those of all stages and .dvc files", () => {
  const all = trackedOutputs(
    repositoryOf({
      "p/dvc.yaml": `stages:\n  s: {cmd: a, outs: [o, '\${x}']}\n`,
      "data/x.csv.dvc": "",
      "params.yaml": "",
    }),
  );
  expect([...all].sort()).toEqual(["data/x.csv", "p/o"]);
});

test("dvc: an output with a remote of its own, or data imported from elsewhere, needs no default remote", () => {
  expect(namesRemotes(repositoryOf({ "a.dvc": "outs:\n  - path: a\n    remote: big\n" }))).toBe(true);
  expect(namesRemotes(repositoryOf({ "a.dvc": "deps:\n  - path: a\n    repo: {url: https://example.com}\n" }))).toBe(
    true,
  );
  expect(namesRemotes(repositoryOf({ "dvc.yaml": "stages:\n  s: {cmd: a, outs: [o: {remote: r}]}\n" }))).toBe(true);
  expect(namesRemotes(repositoryOf({ "dvc.yaml": "stages:\n  s:\n    cmd: 'echo remote: x'\n" }))).toBe(false);
});

test("dvc config: the default remote and the addresses are read, through quotes, blanks and comments", () => {
  const text = `# Of the project.
[core]
    analytics = false
    remote = "my store" # the default
['remote "my store"']
    url = s3://bucket/path # in Frankfurt
['remote "other.eu"']
url=/mnt/dvc
[cache]
    url = s3://not-a-remote
`;
  const { defaultRemote, remotes, places } = readDvcConfig(text);
  expect(defaultRemote).toBe("my store");
  expect([...remotes]).toEqual([
    ["my store", "s3://bucket/path"],
    ["other.eu", "/mnt/dvc"],
  ]);
  expect(places.defaultRemote).toEqual({ file: ".dvc/config", line: 4 });
  expect(places.remotes.get("other.eu")).toEqual({ file: ".dvc/config", line: 8 });
});

test("dvc config: a commented or empty setting is none", () => {
  expect(readDvcConfig("[core]\n# remote = a\n")).toMatchObject({ defaultRemote: undefined, remotes: new Map() });
  expect(readDvcConfig("[core]\nremote =\n").defaultRemote).toBeUndefined();
  expect(readDvcConfig("").defaultRemote).toBeUndefined();
});

test("dvc config: a folder belongs to the nearest project above it", () => {
  const nested = repositoryOf({
    ".dvc/config": "[core]\nremote = root\n",
    "services/scoring/.dvc/config": "[core]\nremote = own\n",
  });
  expect(dvcConfig(nested, "services/scoring/src")?.defaultRemote).toBe("own");
  expect(dvcConfig(nested, "services")?.file).toBe(".dvc/config");
  expect(dvcConfig(repositoryOf({}), "a/b")).toBeUndefined();
});

test("dvc: the parents of a stage are those that write what it reads", () => {
  const [drift] = findStages(repository, ".", "drift");
  expect(drift && namesOf(parentsOf(repository, drift))).toEqual(["split"]);
});
