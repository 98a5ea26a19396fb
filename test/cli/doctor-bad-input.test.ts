import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RunOptions } from "../support/cli.ts";
import { environment, runCli } from "../support/cli.ts";
import { fixture } from "../support/fixture.ts";
import type { Repository } from "../support/repo.ts";
import { emptyFolder } from "../support/repo.ts";

const CONFIG = "pipeline.config.json";
const PAYLOAD = "sample_payload.json";

/** What the fixture `uv`, a sound repository, would be delivered with. */
const config = {
  name: "loans",
  python: { version: "3.12", installer: "uv", install: ["uv sync"], lockFiles: ["pyproject.toml", "uv.lock"] },
  dvc: { stages: { train: "validate", drift: "drift" } },
  mlflow: false,
  freshness: { command: "python -m loans.freshness" },
  images: [{ name: "api", dockerfile: "Dockerfile" }],
  promote: false,
  artifacts: {
    bundle: ["reports/metrics.json", "models/loans.json", "reports/validation.json"],
    nightly: ["reports/data_freshness.json", "reports/drift_report.json"],
  },
  nightly: { cron: "17 6 * * *", monitor: false, retrain: false },
};

/** The sound repository but for one thing, at the end of the list of files: whoever reports it has looked at the others too. */
const flawed = (): Repository => {
  const repo = fixture("uv");
  repo.write(CONFIG, `${JSON.stringify(config, undefined, 2)}\n`);
  repo.write(PAYLOAD, '{\n  "records": [}\n');
  repo.commit();
  return repo;
};
const elsewhere = `repository/invalid-payload ${PAYLOAD}:2`;

/** A machine on which nobody has installed git. */
const withoutGit: RunOptions = { env: { PATH: "/nowhere" } };

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly file?: string;
  readonly line?: number;
  readonly message: string;
  readonly hint?: string;
}

interface Examined {
  readonly code: number | undefined;
  readonly findings: readonly Finding[];
  /** `code file:line` of each. */
  readonly places: readonly string[];
}

const examine = async (repo: Repository, options: RunOptions = {}): Promise<Examined> => {
  const { code, stdout, stderr } = await repo.cliWith(options, "doctor", "--format", "json");
  expect(stderr).toBe("");
  const findings = JSON.parse(stdout).diagnostics as readonly Finding[];
  for (const { message, hint } of findings) {
    expect(message).not.toBe("");
    expect(hint, message).toBeTruthy();
  }
  const places = findings.map(({ code: id, file, line }) => `${id} ${file}${line === undefined ? "" : `:${line}`}`);
  return { code, findings, places };
};

test("doctor: of a sound repository with one flaw it tells that flaw alone", async () => {
  const { code, places } = await examine(flawed());
  expect({ code, places }).toEqual({ code: 1, places: [elsewhere] });
});

const linkTo = (repo: Repository, path: string, target: string) => {
  mkdirSync(dirname(repo.at(path)), { recursive: true });
  rmSync(repo.at(path), { recursive: true, force: true });
  symlinkSync(target, repo.at(path));
};

const UNREAD = "repository/unread-file";
const NOT_TEXT = Uint8Array.from([0x73, 0x74, 0xff, 0xfe, 0x00, 0x80, 0x0a]);

/** What is broken in the sound repository, how, and what is told of it, beside the flaw elsewhere. */
const broken: readonly (readonly [string, (repo: Repository) => void, ...string[]])[] = [
  [
    "YAML of dvc.yaml",
    repo => repo.write("dvc.yaml", "stages:\n  prepare:\n    cmd: [python\n"),
    `${UNREAD} dvc.yaml:`,
  ],
  ["a dvc.yaml that is a list", repo => repo.write("dvc.yaml", "- prepare\n- train\n"), `${UNREAD} dvc.yaml:1`],
  [
    "YAML of a .dvc file",
    repo => repo.write("data/raw/old.csv.dvc", "outs:\n- md5: 0\n  path: 'old.csv\n"),
    `${UNREAD} data/raw/old.csv.dvc:`,
  ],
  [
    "YAML of the parameters that stages are made of",
    repo => {
      repo.edit("dvc.yaml", text => `vars:\n  - params.yaml\n${text}`);
      repo.write("params.yaml", "regions: [east\nkinds: {\n");
    },
    `${UNREAD} params.yaml:`,
  ],
  [
    "YAML of dvc.lock",
    repo => repo.write("dvc.lock", "schema: '2.0'\nstages:\n\tprepare: {}\n"),
    `${UNREAD} dvc.lock:`,
  ],
  [
    "TOML of pyproject.toml",
    repo => repo.edit("pyproject.toml", text => `${text}\n[tool.\n`),
    `${UNREAD} pyproject.toml:`,
  ],
  ["a dvc.yaml that is not UTF-8", repo => repo.write("dvc.yaml", NOT_TEXT), `${UNREAD} dvc.yaml`],
  ["a pyproject.toml that is not UTF-8", repo => repo.write("pyproject.toml", NOT_TEXT), `${UNREAD} pyproject.toml`],
  [
    "a dvc.yaml that is a folder",
    repo => {
      repo.remove("dvc.yaml");
      repo.write("dvc.yaml/README.md", "stages\n");
    },
    `${UNREAD} dvc.yaml`,
  ],
  ["a dvc.yaml that is a link to itself", repo => linkTo(repo, "dvc.yaml", "dvc.yaml"), `${UNREAD} dvc.yaml`],
  [
    "a dvc.yaml that is a link to nothing",
    repo => linkTo(repo, "dvc.yaml", "gone.yaml"),
    `repository/missing-dvc-yaml ${CONFIG}`,
  ],
  [
    "stages that depend on each other",
    repo =>
      repo.edit("dvc.yaml", text =>
        text.replace(
          "      - src/loans/prepare.py\n",
          "      - src/loans/prepare.py\n      - reports/validation.json\n",
        ),
      ),
    "repository/stage-cycle dvc.yaml:",
  ],
  [
    "a stage that depends on itself",
    repo =>
      repo.edit("dvc.yaml", text =>
        text.replace("      - src/loans/train.py\n", "      - src/loans/train.py\n      - models/loans.json\n"),
      ),
    "repository/stage-cycle dvc.yaml:",
  ],
];

describe.concurrent("doctor tells what cannot be read, with its place, and looks at the rest:", () => {
  test.for(broken)("%s", async ([, change, place = ""]) => {
    const repo = flawed();
    change(repo);
    const { code, places } = await examine(repo);
    expect(code).toBe(1);
    expect(places).toContain(elsewhere);
    expect(places.filter(found => found.startsWith(place))).toHaveLength(1);
  });
});

test("doctor: a lock file of 50 MB is not read, which is a warning, and the rest is looked at", async () => {
  const repo = flawed();
  repo.edit("dvc.lock", text => `${text}${"# a line that is of no use to anybody\n".repeat(1_320_000)}`);
  const { code, findings, places } = await examine(repo);
  expect(code).toBe(1);
  expect(places).toContain(elsewhere);
  const [large] = findings.filter(({ file }) => file === "dvc.lock");
  expect(large).toMatchObject({ code: UNREAD, severity: "warning" });
  expect(places).toHaveLength(2);
});

test.for([
  ["a link to itself", "loop", "loop"],
  ["a link to the folder it is in", "data/self", "../data"],
  ["a link to the folder of the repository", "src/loans/all", "../.."],
  ["two links to each other", "data/other", "../data/another"],
] as const)("doctor: %s changes nothing, with git and without", async ([, path, target]) => {
  const repo = flawed();
  linkTo(repo, path, target);
  linkTo(repo, "data/another", "other");
  expect(await examine(repo)).toMatchObject({ code: 1, places: [elsewhere] });
  repo.commit();
  expect(await examine(repo)).toMatchObject({ code: 1, places: [elsewhere] });
  const { code, places } = await examine(repo, withoutGit);
  expect({ code, places }).toEqual({ code: 1, places: [`repository/unasked-git ${CONFIG}`, elsewhere] });
});

test("doctor: without git on the PATH the folder itself is read, and that is said", async () => {
  const repo = flawed();
  const { code, findings, places } = await examine(repo, withoutGit);
  expect({ code, places }).toEqual({ code: 1, places: [`repository/unasked-git ${CONFIG}`, elsewhere] });
  expect(findings[0]).toMatchObject({ severity: "warning" });
});

test("doctor: in a folder that is no clone it says so, and that this is wrong use", async () => {
  const repo = flawed();
  rmSync(repo.at(".git"), { recursive: true });
  const { code, findings } = await examine(repo);
  expect({ code, findings }).toMatchObject({ code: 2, findings: [{ code: "usage/no-repository" }] });
});

test("doctor: in a shallow clone it tells the same as in a whole one", async () => {
  const repo = flawed();
  repo.edit("README.md", text => `${text}\nMore.\n`);
  repo.commit();
  const folder = join(emptyFolder(), "shallow");
  const clone = ["clone", "--quiet", "--depth", "1", `file://${repo.root}`, folder];
  execFileSync("git", clone, { env: environment() });
  const shallow: Repository = { ...repo, root: folder, cliWith: (options, ...args) => runCli(folder, args, options) };
  expect(execFileSync("git", ["-C", folder, "rev-parse", "--is-shallow-repository"], { encoding: "utf8" })).toBe(
    "true\n",
  );
  expect(await examine(shallow)).toMatchObject({ code: 1, places: [elsewhere] });
});

test("doctor: a submodule is named, and what would be in it is not missed", async () => {
  const repo = flawed();
  const other = fixture("empty");
  repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.root, "src/shared");
  repo.commit();
  const { code, places } = await examine(repo);
  expect({ code, places }).toEqual({ code: 1, places: ["repository/submodule .gitmodules:2", elsewhere] });
});

/** As a user who is let in only where the permission bits say so; root would be let in everywhere. */
const asAnybody: RunOptions =
  process.getuid?.() === 0
    ? {
        executable: "/usr/bin/setpriv",
        node: ["--bounding-set=-dac_override,-dac_read_search", process.execPath],
      }
    : {};

describe("doctor: what the machine does not let be read is named, and the rest is looked at:", () => {
  const locked = (repo: Repository, path: string) => {
    chmodSync(repo.at(path), 0);
    onTestFinished(() => chmodSync(repo.at(path), 0o755));
  };

  test.for(["dvc.yaml", "dvc.lock", "pyproject.toml", ".dvc/config"])("%s", async path => {
    const repo = flawed();
    locked(repo, path);
    const { code, places } = await examine(repo, asAnybody);
    expect(code).toBe(1);
    expect(places).toContain(elsewhere);
    expect(places.filter(found => found.startsWith(`${UNREAD} ${path}`))).toHaveLength(1);
  });

  test.for(["with git", "without git"])("a folder, %s", async how => {
    const repo = flawed();
    repo.write("notes/secret/plan.md", "nothing\n");
    locked(repo, "notes/secret");
    const { code, places } = await examine(repo, { ...asAnybody, ...(how === "without git" && withoutGit) });
    expect(code).toBe(1);
    expect(places).toContain(elsewhere);
    expect(places).toContain("repository/unread-folder notes/secret");
  });
});
