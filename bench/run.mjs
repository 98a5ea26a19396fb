import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

/**
 * Whole processes, interleaved, as ratios of their least wall time to that of a bare `node -e 0` in the same run: figures of
 * different machines, or of different minutes, then compare. Nothing passes or fails here.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    node: { type: "string", default: process.execPath },
    bin: { type: "string", default: join(import.meta.dirname, "../dist/bin.js") },
  },
});
const rounds = Number(values.rounds);
const work = mkdtempSync(join(tmpdir(), "creditrisk-ci-bench-"));
const sharedCache = join(work, "cache");

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {boolean} [cold] without anything kept from an earlier run
 * @property {boolean} [finds] whether it ends with findings: these repositories hold a config and nothing that it needs
 * @property {boolean} [slow] measured in every fifth round only
 * @property {readonly [ratio: number, stretch: number, megabytes?: number]} [target] on Node 20
 */

const main = () => {
  const one = repository("typescript", "pipeline.config.ts", typed('{ name: "creditrisk" }'));
  const json = repository("json", "pipeline.config.json", '{ "name": "creditrisk" }\n');
  const hundred = repository("hundred", "pipeline.config.ts", typed(many(100)));
  const thousand = repository("thousand", "pipeline.config.ts", typed(many(1000)));
  for (let index = 0; index < 334; index++) {
    mkdirSync(join(thousand, `models/${index}`), { recursive: true });
    writeFileSync(join(thousand, `models/${index}/pyproject.toml`), "");
  }
  const written = repository("written", "pipeline.config.ts", typed('{ name: "creditrisk" }'));
  for (let index = 0; index < 1000; index++)
    writeFileSync(join(written, `.github/workflows/model-${index}.yaml`), byHand(index));
  for (const name of ["ci", "cd", "nightly"]) rmSync(join(written, `.github/workflows/${name}.yaml`));
  const large = repositoryOfFiles(100_000);
  const example = join(work, "example");
  cpSync(join(import.meta.dirname, "../examples/creditrisk"), example, { recursive: true });
  execFileSync("git", ["init", "--quiet"], { cwd: example });
  writeFileSync(
    join(example, "pipeline.config.ts"),
    typed('{ name: "creditrisk", promote: { evidence: "reports/registry_transition.json" } }'),
  );
  const bin = values.bin;
  /** @type {readonly Case[]} */
  const cases = [
    { name: "node -e 0", args: ["-e", "0"], cwd: one },
    { name: "--version", args: [bin, "--version"], cwd: one, target: [1.35, 1.2] },
    { name: "--help", args: [bin, "--help"], cwd: one, target: [1.35, 1.2] },
    { name: "check, TypeScript config, warm", args: [bin, "check"], cwd: one, target: [2.2, 1.7, 75] },
    { name: "check, TypeScript config, cold", args: [bin, "check"], cwd: one, cold: true, target: [4, 3, 100] },
    { name: "check, JSON config", args: [bin, "check"], cwd: json, target: [1.9, 1.6] },
    { name: "generate, nothing to change, warm", args: [bin, "generate"], cwd: one, target: [2.3, 1.8] },
    {
      name: "check --all, TypeScript config, warm",
      args: [bin, "check", "--all"],
      cwd: one,
      finds: true,
      target: [4.5, 3.5],
    },
    { name: "doctor, example project", args: [bin, "doctor"], cwd: example },
    { name: "lint, three workflows", args: [bin, "lint"], cwd: one, target: [4.5, 3.5] },
    { name: "doctor, 100,000 files", args: [bin, "doctor"], cwd: large, slow: true, target: [34, 17, 200] },
    { name: "check, 100 workflows", args: [bin, "check"], cwd: hundred },
    { name: "check, 1,000 workflows", args: [bin, "check"], cwd: thousand, slow: true, target: [15, 9, 130] },
    { name: "lint, 1,000 by hand", args: [bin, "lint"], cwd: written, slow: true, target: [45, 30, 200] },
    { name: "check --all, 1,000 workflows", args: [bin, "check", "--all"], cwd: thousand, finds: true, slow: true },
  ];

  const least = new Map(cases.map(({ name }) => [name, Number.POSITIVE_INFINITY]));
  for (let round = 0; round < rounds; round++)
    for (const entry of cases)
      if (!entry.slow || round % 5 === 0)
        least.set(entry.name, Math.min(/** @type {number} */ (least.get(entry.name)), time(entry)));

  const bare = /** @type {number} */ (least.get("node -e 0"));
  const version = execFileSync(values.node, ["--version"], { encoding: "utf8" }).trim();
  const rows = cases.map(entry => {
    const milliseconds = /** @type {number} */ (least.get(entry.name));
    const [ratio, stretch, megabytes] = entry.target ?? [];
    return [
      entry.name,
      milliseconds.toFixed(0),
      `${(milliseconds / bare).toFixed(2)}x`,
      ratio === undefined ? "" : `${ratio}x`,
      stretch === undefined ? "" : `${stretch}x`,
      peak(entry).toFixed(0),
      megabytes === undefined ? "" : String(megabytes),
    ];
  });
  print(["command", "ms", "ratio", "target", "stretch", "peak MB", "target MB"], rows);
  const growth = Number(least.get("check, 1,000 workflows")) / Number(least.get("check, 100 workflows"));
  process.stdout.write(
    [
      "",
      `Node ${version}, least of ${rounds} rounds (of ${Math.ceil(rounds / 5)} for 1,000 workflows); targets are for Node 20.`,
      `From 100 to 1,000 workflows: ${growth.toFixed(1)}x the time (target: at most 10x).`,
      `Text: ${megabytesIn(one)} MB in 3 files, ${megabytesIn(thousand)} MB in 1,000, ${megabytesIn(written)} MB in 1,000 by hand.`,
      "",
    ].join("\n"),
  );
};

/** @type {(config: string) => string} */
const typed = config => `import { defineConfig } from "creditrisk-ci";\n\nexport default defineConfig(${config});\n`;

/** A monorepo with so many workflows: three a pipeline, and one pipeline with what is left. @type {(count: number) => string} */
const many = count => `{
  pipelines: Array.from({ length: ${Math.ceil(count / 3)} }, (_, index) => ({
    name: \`model-\${index}\`,
    root: \`models/\${index}\`,
    ...(index < ${Math.floor(count / 3)} ? {} : { files: { cd: false, nightly: false } }),
  })),
}`;

/** A workflow of the size that people write. @param {number} index */
const byHand = index => `name: Model ${index}

on:
  pull_request:
    branches: [main]
  push:
    branches: [main]

permissions: {}

concurrency:
  group: model-${index}-\${{ github.ref }}
  cancel-in-progress: true

jobs:
${["lint", "test", "train"].map(id => jobByHand(id, index)).join("\n")}`;

/** @param {string} id @param {number} index */
const jobByHand = (id, index) => `  ${id}:
    name: ${id} ${index}
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read
    steps:
      - name: Check out the code
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - name: Set up Python
        uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.11"
      - name: Run ${id}
        env:
          MODEL: model-${index}
          REVISION: \${{ github.sha }}
        run: |
          set -euo pipefail
          python -m pip install --quiet ruff pytest
          ruff check "models/$MODEL"
          pytest --quiet -k "$MODEL"
          echo "revision=$REVISION" >>"$GITHUB_OUTPUT"
`;

/** A git repository with a config and the workflows it means. @type {(name: string, file: string, config: string) => string} */
const repository = (name, file, config) => {
  const folder = join(work, name);
  mkdirSync(folder);
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  writeFileSync(join(folder, file), config);
  run({ name: "generate", args: [values.bin, "generate"], cwd: folder });
  return folder;
};

/**
 * A small project among so many tracked files, in which nothing is wrong.
 *
 * @param {number} count
 */
const repositoryOfFiles = count => {
  const folder = join(work, "large");
  for (let index = 0; index < count; index++) {
    if (index % 500 === 0) mkdirSync(join(folder, `data/part-${index / 500}`), { recursive: true });
    writeFileSync(join(folder, `data/part-${Math.floor(index / 500)}/${index}.csv`), "");
  }
  const files = {
    "pipeline.config.json": JSON.stringify({
      name: "large",
      python: { install: ["pip install -r requirements.txt"] },
      checks: { lint: false, security: false, compile: false, test: false },
      dvc: { stages: { train: "fit", drift: false }, remote: false },
      ...{ mlflow: false, freshness: false, images: [], deploy: false, promote: false },
      artifacts: { bundle: ["model.json"], nightly: ["model.json"] },
      nightly: { cron: "17 6 * * *", monitor: false, retrain: false },
    }),
    "requirements.txt": "dvc==3.67.1\n",
    "fit.py": 'open("model.json", "w").write("{}")\n',
    "dvc.yaml": "stages:\n  fit:\n    cmd: python fit.py\n    deps: [fit.py, data]\n    outs: [model.json]\n",
    "dvc.lock":
      "schema: '2.0'\nstages:\n  fit:\n    cmd: python fit.py\n    deps:\n    - path: data\n      md5: a.dir\n    - path: fit.py\n      md5: a\n    outs:\n    - path: model.json\n      md5: a\n",
    ".dvc/config": "",
    ".gitignore": "/model.json\n",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  execFileSync("git", ["add", "--all"], { cwd: folder });
  return folder;
};

/** @param {Case} entry @param {Readonly<Record<string, string>>} [env] @param {readonly string[]} [flags] */
const run = ({ name, args, cwd, cold, finds }, env = {}, flags = []) => {
  const cache = cold ? mkdtempSync(join(work, "cold-")) : sharedCache;
  const { GITHUB_ACTIONS: _, ...inherited } = process.env;
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(values.node, [...flags, ...args], {
    cwd,
    env: { ...inherited, XDG_CACHE_HOME: cache, NODE_COMPILE_CACHE: join(cache, "compiled"), ...env },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  if (status !== (finds ? 1 : 0)) throw new Error(`${name}: exit code ${status}\n${stderr}`);
  return milliseconds;
};

/** @param {Case} entry */
const time = entry => run(entry);

/** Megabytes of resident memory at most, of a run that is not timed. @param {Case} entry */
const peak = entry => {
  const file = join(work, "peak");
  run(entry, { PEAK_FILE: file }, ["--require", join(import.meta.dirname, "peak.cjs")]);
  return Number(readFileSync(file, "utf8")) / 1024;
};

/** @type {(folder: string) => string} */
const megabytesIn = folder => {
  const workflows = join(folder, ".github/workflows");
  const bytes = readdirSync(workflows).map(name => statSync(join(workflows, name)).size);
  return (bytes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(1);
};

/** @type {(head: readonly string[], rows: readonly (readonly string[])[]) => void} */
const print = (head, rows) => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => (row[column] ?? "").length)));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |\n`;
  process.stdout.write(line(head));
  process.stdout.write(line(widths.map(width => "-".repeat(width))));
  for (const row of rows) process.stdout.write(line(row));
};

try {
  main();
} finally {
  rmSync(work, { recursive: true, force: true });
}
