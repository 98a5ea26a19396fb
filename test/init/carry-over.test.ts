import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import { nodeHost } from "../../src/host/node.ts";
import type { CarriedField, CarryOver } from "../../src/init/carry-over/index.ts";
import { carryOver } from "../../src/init/carry-over/index.ts";
import { withValue } from "../../src/init/record.ts";
import { withHeader } from "../../src/render/header.ts";
import { listFolder } from "../../src/repository/contents.ts";
import type { Spot } from "../../src/repository/source-problem.ts";
import { repositoryOf } from "../support/contents.ts";

const folder = join(import.meta.dirname, "carry-over");
const sets = readdirSync(folder, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []));
const handWritten = join(import.meta.dirname, "../lint/hand-written");

const carriedFrom = (root: string): Promise<CarryOver> => carryOver(listFolder(root, nodeHost().files));

/** One workflow file and nothing else. */
const carriedOf = (workflow: string, more: Readonly<Record<string, string>> = {}): Promise<CarryOver> =>
  carryOver(repositoryOf({ ".github/workflows/main.yml": workflow, ...more }));

const value = ({ fields }: CarryOver, path: string): unknown =>
  fields.find(field => field.path.join(".") === path)?.value;

const losses = ({ lost }: CarryOver, pattern: RegExp): readonly string[] =>
  lost.flatMap(({ spot, what }) => (pattern.test(what) ? [`${spot.line ?? 0} ${what}`] : []));

const configOf = (fields: readonly CarriedField[]): unknown =>
  fields.reduce<unknown>((config, { path, value: given }) => withValue(config, path, given), { name: "pipeline" });

const place = { configFile: "pipeline.config.ts", lockFile: "pipeline.lock.json", position: () => undefined };

const where = ({ file, line, column }: Spot): string =>
  [file.replace(".github/workflows/", ""), line, column].filter(part => part !== undefined).join(":");

/** All of it as text, one line a field and two a loss. */
const told = ({ files, fields, lost }: CarryOver): string =>
  [
    `files: ${files.join(" ")}`,
    ...fields.map(({ path, value: given, from }) => `${path.join(".")} = ${JSON.stringify(given)} (${where(from)})`),
    ...lost.map(({ spot, what, hint }) => `lost: ${where(spot)} ${what}\n  ${hint}`),
    "",
  ].join("\n");

const textAt = (root: string, { file, line = 1, column = 1, endLine = line, endColumn = column }: Spot): string => {
  const lines = readFileSync(join(root, file), "utf8")
    .split("\n")
    .slice(line - 1, endLine);
  return lines
    .map((text, index) =>
      text.slice(index === 0 ? column - 1 : 0, index === lines.length - 1 ? endColumn - 1 : undefined),
    )
    .join("\n");
};

describe.each([["as CreditRisk is", handWritten], ...sets.map(name => [name, join(folder, name)])])(
  "carry-over of %s",
  (name, root) => {
    test("everything is carried over, or named with what to do about it", async () => {
      const file = name === "as CreditRisk is" ? "creditrisk" : name;
      await expect(told(await carriedFrom(root))).toMatchFileSnapshot(`carry-over/${file}.txt`);
    });

    test("the fields make a config together", async () => {
      const { fields } = await carriedFrom(root);
      expect(fields.length).toBeGreaterThan(5);
      expect(parseConfig(configOf(fields), place)).toMatchObject({ ok: true });
    });

    test("every place is in its file, and a field that is written as it is carried stands there", async () => {
      const { fields, lost } = await carriedFrom(root);
      for (const spot of [...fields.map(({ from }) => from), ...lost.map(loss => loss.spot)]) {
        const lines = readFileSync(join(root, spot.file), "utf8").split("\n");
        expect(spot.line ?? 1).toBeLessThanOrEqual(lines.length);
        expect(spot.column ?? 1).toBeLessThanOrEqual((lines[(spot.line ?? 1) - 1]?.length ?? 0) + 1);
      }
      const literal = fields.filter(({ path }) =>
        ["deploy.container", "nightly.cron", "defaultBranch"].includes(path.join(".")),
      );
      for (const { value: given, from } of literal) expect(textAt(root, from)).toContain(String(given));
    });
  },
);

describe("carry-over: values that do not work", () => {
  test.each([
    ["an empty smoke payload", /holds no record/, "deploy.smoke.predict.payload"],
    ["a config file that was deleted", /baseline\.yaml is not in the repository/, "freshness.command"],
    ["monitoring that reads a secret", /reads the secret `PRODUCTION_CURRENT_PATH`/, "nightly.monitor.command"],
  ])("%s is named and not taken over", async (_, pattern, path) => {
    const carried = await carriedFrom(handWritten);
    expect(losses(carried, pattern).length).toBeGreaterThan(0);
    expect(value(carried, path)).toBeUndefined();
  });

  test("a stage that dvc.yaml does not have, a flag that dvc does not have and a double force are named", async () => {
    const carried = await carriedFrom(handWritten);
    expect(losses(carried, /no stage `train_creditrisk_pd`/)).toHaveLength(1);
    expect(losses(carried, /no flag `--dry-run`/)).toHaveLength(1);
    expect(losses(carried, /a second time, after the call/)).toHaveLength(1);
    expect(value(carried, "dvc.stages.train")).toEqual(["validate_model", "canary_validation"]);
    expect(value(carried, "dvc.stages.drift")).toBe("monitor_drift");
  });

  test("secrets in conditions, an old action and a name with capital letters are named", async () => {
    const carried = await carriedFrom(handWritten);
    expect(losses(carried, /`secrets` is not offered here/)).toHaveLength(7);
    expect(losses(carried, /before v2\.6\.2/)).toHaveLength(1);
    expect(losses(carried, /may have capital letters/)).toHaveLength(1);
    expect(losses(carried, /written to \$GITHUB_ENV as it is/)).toHaveLength(1);
  });

  test("an unquoted Python 3.10 is named, a quoted one is carried", async () => {
    const workflow = (version: string) =>
      `on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-python@v6\n        with: { python-version: ${version} }\n      - run: pytest\n`;
    const number = await carriedOf(workflow("3.10"));
    expect(value(number, "python.version")).toBeUndefined();
    expect(losses(number, /is the number 3\.1/)).toHaveLength(1);
    expect(value(await carriedOf(workflow('"3.10"')), "python.version")).toBe("3.10");
  });

  test("a value that no config can have is named with the field to set", async () => {
    const carried = await carriedOf(
      "on: { schedule: [{ cron: '*/2 * * * *' }] }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: dvc repro --force fit\n",
    );
    expect(value(carried, "nightly.cron")).toBeUndefined();
    expect(carried.lost).toContainEqual(
      expect.objectContaining({ what: expect.stringContaining("every 5 minutes"), hint: "set `nightly.cron` by hand" }),
    );
  });
});

describe("carry-over: secrets", () => {
  test("a value that comes from a secret or a variable is a reference to it", async () => {
    const carried = await carriedFrom(join(folder, "split-files"));
    expect(value(carried, "mlflow.trackingUri")).toEqual({ secret: "MLFLOW_URI" });
    expect(value(carried, "deploy.aws.cluster")).toEqual({ variable: "CLUSTER" });
    expect(value(carried, "deploy.aws.service")).toEqual({ secret: "SERVICE" });
  });

  test("a called workflow's secret has the name that its caller gives it", async () => {
    const carried = await carriedFrom(join(folder, "reusable-workflows"));
    expect(value(carried, "mlflow.trackingUri")).toEqual({ secret: "MLFLOW_SERVER" });
  });

  test("a gate that reads a secret is not taken over: ci has none", async () => {
    const carried = await carriedOf(
      `on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n      - run: pytest -m live --token "$TOKEN"\n        env: { TOKEN: '\${{ secrets.LIVE }}' }\n`,
    );
    expect(value(carried, "checks.test")).toBe("pytest");
    expect(losses(carried, /reads the secret `LIVE`/)).toHaveLength(1);
    expect(JSON.stringify(carried.fields)).not.toContain("LIVE");
  });
});

const job = (steps: string): string => `jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;

describe("carry-over: which workflow is which", () => {
  test.each([
    ["on: pull_request\n", "files.ci"],
    ["on: [push, pull_request]\n", "files.ci"],
    ["on:\n  pull_request:\n    branches: [main]\n", "files.ci"],
    ["on:\n  - push\n", "files.ci"],
    ["'on':\n  push:\n    branches-ignore: main\n", "files.ci"],
  ])("tests that start %j are ci", async (on, path) => {
    expect(value(await carriedOf(on + job("      - run: pytest\n")), path)).toBe("main.yml");
  });

  test.each([
    ["on: { push: { branches: [main] } }\n", "files.cd"],
    ["on:\n  push:\n    branches:\n      - main\n", "files.cd"],
    ["on: { push: { branches: main } }\n", "files.cd"],
    ["on: { release: { types: [published] } }\n", "files.cd"],
    ["on: workflow_dispatch\n", "files.cd"],
  ])("a deployment that starts %j is cd", async (on, path) => {
    const deployment = "      - run: aws ecs update-service --cluster a --service b --force-new-deployment\n";
    const carried = await carriedOf(on + job(deployment));
    expect(value(carried, path)).toBe("main.yml");
    expect(value(carried, "deploy.aws.cluster")).toBe("a");
  });

  test("a schedule makes no nightly of a workflow that only tests", async () => {
    const carried = await carriedOf(
      `on: { pull_request: , schedule: [{ cron: '0 6 * * *' }] }\n${job("      - run: pytest\n")}`,
    );
    expect(value(carried, "files.nightly")).toBeUndefined();
    expect(losses(carried, /runs on a schedule/)).toHaveLength(1);
  });

  test("a job that another event starts is no part of a role", async () => {
    const carried = await carriedFrom(join(folder, "one-file"));
    expect(value(carried, "dvc.stages.train")).toBe("validate");
    expect(value(carried, "files.ci")).toBeUndefined();
    expect(losses(carried, /one workflow does what `ci` and `cd` and `nightly` do/)).toHaveLength(1);
  });

  test("of two workflows the one that does more comes first, and the other is named", async () => {
    const carried = await carriedFrom(join(folder, "split-files"));
    expect(value(carried, "files.ci")).toBe("tests.yml");
    expect(carried.lost.map(({ spot }) => spot.file)).toContain(".github/workflows/lint.yml");
    expect(value(carried, "checks.lint")).toBe("ruff check .");
  });

  test("a workflow of another kind is left alone", async () => {
    const carried = await carriedOf(`on: issues\n${job("      - run: gh issue edit --add-label new\n")}`);
    expect(carried).toEqual({ files: [], fields: [], lost: [] });
  });

  test("what this tool generated is not read", async () => {
    const text = withHeader(`on: pull_request\n${job("      - run: pytest\n")}`, "pipeline.config.ts");
    for (const written of [text, text.replaceAll("\n", "\r\n"), `\uFEFF${text}`])
      expect(await carriedOf(written)).toEqual({ files: [], fields: [], lost: [] });
  });
});

describe("carry-over: commands", () => {
  const gates = async (steps: string, above = ""): Promise<CarryOver> =>
    carriedOf(`on: pull_request\n${above}${job(steps)}`);

  test.each([
    ["pytest || true", { command: "pytest", advisory: true }],
    ["poetry run pytest -q", "pytest -q"],
    ["python -m pytest --maxfail=1", "python -m pytest --maxfail=1"],
    ["SEED=1 pytest > out.txt", "SEED=1 pytest > out.txt"],
    ["pytest 'tests/a b' | tee log.txt", "pytest 'tests/a b' | tee log.txt"],
  ])("`%s` becomes one line of the config", async (command, expected) => {
    expect(value(await gates(`      - run: ${command}\n`), "checks.test")).toEqual(expected);
  });

  test("lines that go on are joined, and variables of the workflow are put in", async () => {
    const carried = await gates(
      `      - run: |\n          pytest -q \\\n            --cov-fail-under=$LEAST --reruns \${{ env.RERUNS }}\n`,
      "env: { LEAST: '80', RERUNS: 2 }\n",
    );
    expect(value(carried, "checks.test")).toBe("pytest -q --cov-fail-under=80 --reruns 2");
  });

  test("what only a run knows is named, not guessed", async () => {
    const carried = await gates(`      - run: pytest --seed \${{ github.run_number }}\n`);
    expect(value(carried, "checks.test")).toBeUndefined();
    expect(losses(carried, /only known at run time/)).toHaveLength(1);
  });

  test("two gates of one kind have two ids", async () => {
    const carried = await gates("      - run: ruff check .\n      - run: flake8 src\n      - run: pylint src\n");
    expect(["lint", "flake8", "pylint"].map(id => value(carried, `checks.${id}`))).toEqual([
      "ruff check .",
      "flake8 src",
      "pylint src",
    ]);
  });

  test("a step that no field has is named with the place where it can be added", async () => {
    const carried = await carriedOf(
      `on: { push: { branches: main } }\n${job("      - run: dvc pull\n      - run: ./scripts/anonymise.sh\n      - run: dvc repro fit\n")}`,
    );
    expect(carried.lost).toContainEqual(
      expect.objectContaining({
        what: "the step `./scripts/anonymise.sh` is not taken over",
        hint: "add it with `extend.cd.train.after.pull`",
      }),
    );
  });
});

describe("carry-over: files that cannot be read", () => {
  test.each([
    ["no YAML", "on: [push\njobs: {"],
    ["no workflow", "- a\n- b\n"],
    ["nothing", ""],
    ["jobs without any", "on: push\njobs: {}\n"],
    ["an alias in its own anchor", "on: &on [push, *on]\n"],
    ["too deep", "[".repeat(10_000)],
  ])("%s: named, and the others are read", async (_, text) => {
    const carried = await carriedOf(`on: pull_request\n${job("      - run: pytest\n")}`, {
      ".github/workflows/broken.yml": text,
    });
    expect(value(carried, "checks.test")).toBe("pytest");
    expect(carried.lost).toHaveLength(1);
    expect(carried.lost[0]).toMatchObject({
      spot: { file: ".github/workflows/broken.yml" },
      what: expect.stringContaining("nothing of this workflow could be read"),
    });
  });

  test("a composite action that is none is a step that is named", async () => {
    const carried = await carriedOf(
      `on: pull_request\n${job("      - uses: ./.github/actions/gone\n      - run: pytest\n")}`,
      { ".github/actions/gone/action.yml": "runs: [composite" },
    );
    expect(losses(carried, /actions\/gone/)).toHaveLength(1);
  });

  test("workflows and actions that call themselves come to an end", async () => {
    const carried = await carriedOf(
      "on: [pull_request, workflow_call]\njobs:\n  again:\n    uses: ./.github/workflows/main.yml\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./loop\n      - run: pytest\n",
      { "loop/action.yml": "runs:\n  using: composite\n  steps:\n    - uses: ./loop\n" },
    );
    expect(value(carried, "checks.test")).toBe("pytest");
  });
});
