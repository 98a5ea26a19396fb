import { describe, expect, test } from "vitest";
import { fixture, fixtureNames } from "../support/fixture.ts";
import type { Repository } from "../support/repo.ts";
import { CONFIG, config } from "../support/repo.ts";

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** `code file:line | what stands there`; a place in the config, which is made by `init`, without line and text. */
const wordingOf = (repo: Repository, { code, file, line }: Finding): string => {
  if (file === CONFIG || line === undefined) return `${code} ${file}`;
  return `${code} ${file}:${line} | ${repo.read(file).split("\n")[line - 1]?.trim()}`;
};

const examine = async (repo: Repository) => {
  const { code, stdout, stderr } = await repo.cli("doctor", "--format", "json");
  expect(stderr).toBe("");
  const findings = JSON.parse(stdout).diagnostics as readonly Finding[];
  const errors = findings.filter(({ severity }) => severity === "error").length;
  expect(code).toBe(errors > 0 ? 1 : 0);
  return {
    found: findings.map(finding => wordingOf(repo, finding)).sort(),
    messages: findings.map(({ message }) => message).join("\n"),
  };
};

const ON_THE_HOUR = `repository/top-of-hour ${CONFIG}`;

const HARD_CODED = "mlflow.set_tracking_uri(config.tracking.tracking_uri)";
const BY_MTIME =
  "repository/freshness-by-mtime src/creditrisk/utils/data_freshness.py:18 | hours = (time.time() - summary.stat().st_mtime) / 3600 if exists else None";
const ANY_MLFLOW = "repository/mlflow-version requirements.txt:4 | mlflow";
const HIDDEN = "repository/hidden-dvc-file .gitignore:4 | data/raw/*";

interface Expected {
  /** What is wrong in the fixture once it has the config that `init` writes. */
  readonly findings: readonly string[];
  /** What `--fix` changes, as lines of a diff, and the findings that are gone then. */
  readonly fix?: { readonly changes: readonly string[]; readonly mended: readonly string[] };
}

const expected: Readonly<Record<string, Expected>> = {
  "creditrisk-today": {
    findings: [
      // Written by stages that do not say so: whenever DVC skips those, nobody has the files. Of the seven tables, the first.
      "repository/orphan-dependency dvc.yaml:14 | - data/raw/POS_CASH_balance.csv",
      "repository/orphan-dependency dvc.yaml:84 | - mlruns",
      "repository/undeclared-output dvc.yaml:36 | fit_model:",
      // Recorded on a machine that checks out with CRLF.
      "repository/crlf-lock dvc.lock:6 | - path: configs/creditrisk_pd.yaml",
      // The secret never reaches MLflow.
      `repository/hard-coded-tracking-uri src/creditrisk/pipelines/train_creditrisk_pd.py:22 | ${HARD_CODED}`,
      `repository/hard-coded-tracking-uri src/creditrisk/pipelines/auto_promote.py:16 | ${HARD_CODED}`,
      // The newest MLflow refuses a folder.
      ANY_MLFLOW,
      // On a runner every file is new.
      BY_MTIME,
      ON_THE_HOUR,
    ],
    fix: {
      // The lock itself has to be recorded again, which takes the data.
      changes: ["+* text=auto eol=lf", "-mlflow", "+mlflow<3.13"],
      mended: [ANY_MLFLOW],
    },
  },
  "creditrisk-strategy": {
    findings: [
      "repository/undeclared-output dvc.yaml:43 | train_baseline:",
      `repository/hard-coded-tracking-uri src/creditrisk/pipelines/train_baseline.py:19 | ${HARD_CODED}`,
      `repository/hard-coded-tracking-uri src/creditrisk/pipelines/auto_promote.py:16 | ${HARD_CODED}`,
      ANY_MLFLOW,
      BY_MTIME,
      ON_THE_HOUR,
    ],
    fix: { changes: ["-mlflow", "+mlflow<3.13"], mended: [ANY_MLFLOW] },
  },
  // Its data is known to DVC by a file that DVC does not see, and is nowhere to be pulled from.
  "no-remote": {
    findings: [HIDDEN, `repository/unpulled-data ${CONFIG}`, ON_THE_HOUR],
    fix: { changes: ["-data/raw/*", "+data/raw/*.csv"], mended: [HIDDEN] },
  },
  // The table of one of three regions is not there.
  foreach: {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a line as DVC reads it
    findings: ["repository/orphan-dependency dvc.yaml:12 | - ${folders.raw}/${item.file}", ON_THE_HOUR],
  },
  monorepo: { findings: [ON_THE_HOUR, ON_THE_HOUR] },
  // The project is for 3.12.
  poetry: { findings: ["repository/python-version Dockerfile.api:1 | FROM python:3.11-slim", ON_THE_HOUR] },
  uv: { findings: [ON_THE_HOUR] },
  "no-dockerfile": {
    findings: [
      "repository/unknown-option dvc.yaml:13 | cmd: python scripts/check.py --reserve out/reserve.json --strict",
      ON_THE_HOUR,
    ],
  },
  // There is nothing to train, and nothing to install.
  empty: {
    findings: [`repository/missing-dvc-yaml ${CONFIG}`, `repository/missing-requirements ${CONFIG}`, ON_THE_HOUR],
  },
};

/** A fixture as `init` leaves it. */
const initialised = async (name: string): Promise<Repository> => {
  const repo = fixture(name);
  expect(await repo.cli("init", "--yes")).toMatchObject({ code: 0 });
  repo.commit();
  return repo;
};

test("every fixture has its list of what is wrong in it", () => {
  expect(Object.keys(expected).sort()).toEqual([...fixtureNames].sort());
});

describe.concurrent("doctor", () => {
  test.for(Object.entries(expected))(
    "%s: finds everything that is wrong, and nothing else",
    async ([name, { findings }]) => {
      const repo = await initialised(name);
      expect((await examine(repo)).found).toEqual([...findings].sort());
      expect(repo.git("status", "--porcelain")).toBe("");
    },
  );

  test.for(Object.entries(expected))(
    "%s: --fix mends what takes no decision, and changes nothing else",
    async ([name, { findings, fix = { changes: [], mended: [] } }]) => {
      const repo = await initialised(name);
      const { stdout } = await repo.cli("doctor", "--fix", "--yes");
      for (const line of fix.changes) expect(stdout).toContain(`\n${line}\n`);
      repo.git("add", "--all", "--intent-to-add");
      const changed = repo
        .git("diff", "--unified=0")
        .split("\n")
        .filter(line => /^[-+](?!--|\+\+)/.test(line));
      expect(changed).toEqual(fix.changes);
      expect((await examine(repo)).found).toEqual(findings.filter(finding => !fix.mended.includes(finding)).sort());
      const before = repo.snapshot();
      expect((await repo.cli("doctor", "--fix", "--yes")).stdout).toContain("Nothing here can be mended");
      expect(repo.snapshot()).toEqual(before);
    },
  );
});

test("doctor: the config of the strategy page is told where the repository of today has gone on", async () => {
  const repo = fixture("creditrisk-today");
  repo.write(CONFIG, config());
  const { findings: still } = expected["creditrisk-today"] as Expected;
  const { found, messages } = await examine(repo);
  const additional = [
    // `pip install -e .` brings none of the four tools, nor MLflow.
    ...Array.from({ length: 4 }, () => `repository/missing-tool ${CONFIG}`),
    // What is kept of a model: metrics and evaluation are made by another stage now, the model has another name.
    ...Array.from({ length: 3 }, () => `repository/unmade-file ${CONFIG}`),
    "repository/undeclared-output dvc.yaml:10 | build_feature_store:",
    // Nothing is asked to prove the promotion.
    "repository/silent-refusal src/creditrisk/pipelines/auto_promote.py:36 | return",
  ];
  expect(found).toEqual([...still.filter(finding => finding !== ANY_MLFLOW), ...additional].sort());
  for (const name of ["bandit", "dvc", "pytest", "ruff"]) expect(messages).toMatch(new RegExp(`\\b${name}\\b`));
  for (const path of ["models/baseline_model.joblib", "reports/metrics.json", "reports/evaluation/**"])
    expect(messages).toContain(`\`${path}\``);
});
