import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NoOperationTraceWriter } from "@actions/workflow-parser";
import { parseAction } from "@actions/workflow-parser/actions/action-parser";
import { convertActionTemplate } from "@actions/workflow-parser/actions/action-template";
import { ErrorPolicy } from "@actions/workflow-parser/model/convert";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { catalogue } from "../../src/actions/catalogue.ts";
import { emptyFolder, LOCK } from "../support/repo.ts";

const root = join(import.meta.dirname, "../..");
const text = (file: string) => readFileSync(join(root, file), "utf8");

test("the pre-commit hooks run the installed command on the whole repository", () => {
  const hooks = parse(text(".pre-commit-hooks.yaml")) as readonly Record<string, unknown>[];
  expect(hooks.map(({ id }) => id)).toEqual(["creditrisk-ci-check", "creditrisk-ci-generate"]);
  const { bin } = JSON.parse(text("package.json"));
  for (const hook of hooks) {
    expect(hook).toMatchObject({ language: "node", pass_filenames: false, name: expect.any(String) });
    expect(Object.keys(bin)).toContain(String(hook.entry).split(" ")[0]);
  }
  expect(hooks[0]?.entry).toBe("creditrisk-ci check --staged");
});

test("the pre-commit hooks are woken by the config, the lock file, the workflows and the DVC pipeline, and by nothing else", () => {
  const hooks = parse(text(".pre-commit-hooks.yaml")) as readonly { readonly files: string }[];
  const files = ["ts", "mts", "js", "mjs", "json", "yaml", "yml"].map(ending => `pipeline.config.${ending}`);
  const wanted = [...files, "ml/pipeline.config.ts", LOCK, `ml/${LOCK}`, "dvc.yaml", "ml/dvc.yaml"];
  const workflows = [".github/workflows/ci.yaml", ".github/workflows/x.yml"];
  const others = [
    "README.md",
    "pipeline.config.tsx",
    "xpipeline.config.ts",
    "src/dvc.yaml.py",
    ".github/x.yaml",
    "a/.github/workflows/ci.yaml",
  ];
  for (const hook of hooks) {
    const woken = new RegExp(hook.files);
    expect([...wanted, ...workflows].filter(file => !woken.test(file))).toEqual([]);
    expect(others.filter(file => woken.test(file))).toEqual([]);
  }
});

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly uses?: string;
      readonly run?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}
const action = () => parse(text("action.yml")) as Action;

test("GitHub's own parser accepts the action", () => {
  const { context, value } = parseAction(
    { name: "action.yml", content: text("action.yml") },
    new NoOperationTraceWriter(),
  );
  expect(context.errors.getErrors().map(String)).toEqual([]);
  const template = value && convertActionTemplate(context, value, { errorPolicy: ErrorPolicy.TryConversion });
  expect(context.errors.getErrors().map(String)).toEqual([]);
  expect(template?.runs.using).toBe("composite");
});

test("the action takes its inputs through the environment and pins what it uses as the workflows do", () => {
  const { inputs, runs } = action();
  expect(Object.keys(inputs)).toEqual(["config", "version"]);
  for (const { run, uses } of runs.steps) {
    expect(run ?? "").not.toContain("${{");
    if (uses !== undefined) expect(uses).toBe(`actions/setup-node@${catalogue["actions/setup-node"].sha}`);
  }
  expect(text("action.yml")).toContain(
    `${catalogue["actions/setup-node"].sha} # ${catalogue["actions/setup-node"].version}`,
  );
});

test("an auditor and shellcheck find nothing in the action", () => {
  const venv = join(root, ".tools/venv/bin");
  const audit = ["--persona", "auditor", "--strict-collection", "--offline", "--no-progress", join(root, "action.yml")];
  const output = execFileSync(join(venv, "zizmor"), audit, { encoding: "utf8", stdio: "pipe" });
  expect(output).not.toMatch(/ignored|suppressed/);
  const script = action().runs.steps.find(({ run }) => run)?.run ?? "";
  execFileSync(join(venv, "shellcheck"), ["--shell=bash", "--severity=style", "-"], {
    input: script,
    encoding: "utf8",
  });
});

/** Runs the action's script with an `npx` that only says how it was called. */
const acted = (files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) => {
  const folder = emptyFolder();
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/npx"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
  chmodSync(join(folder, "bin/npx"), 0o755);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const script = action().runs.steps.find(({ run }) => run)?.run ?? "";
  const inputs = { CONFIG: "", VERSION: "", ...env, PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  try {
    const output = execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      cwd: folder,
      env: inputs,
      encoding: "utf8",
      stdio: "pipe",
    });
    return { code: 0, words: output.trimEnd().split("\n") };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { code: status, words: stdout.trimEnd().split("\n") };
  }
};

const lock = (version: string) => JSON.stringify({ tool: { name: "creditrisk-ci", version } });
const CHECK = ["check", "--format", "github"];

test("the action runs the release of the lock file, or the one it is told", () => {
  expect(acted({ [LOCK]: lock("1.2.3") }, {})).toEqual({ code: 0, words: ["--yes", "creditrisk-ci@1.2.3", ...CHECK] });
  expect(acted({ [`a b/${LOCK}`]: lock("2.0.0-rc.1") }, { CONFIG: "a b/pipeline.config.ts" })).toEqual({
    code: 0,
    words: ["--yes", "creditrisk-ci@2.0.0-rc.1", ...CHECK, "--config=a b/pipeline.config.ts"],
  });
  expect(acted({}, { VERSION: "3.4.5" })).toEqual({ code: 0, words: ["--yes", "creditrisk-ci@3.4.5", ...CHECK] });
});

test.for([
  ["no lock file", {}, ""],
  ["a broken lock file", { [LOCK]: "{" }, ""],
  ["a lock file without a release", { [LOCK]: "{}" }, ""],
  ["a release that is a command", { [LOCK]: lock("1.2.3 evil@1.0.0") }, ""],
  ["an input that is a tag", {}, "latest"],
] as const)("the action refuses to run without a release: %s", ([, files, version]) => {
  const { code, words } = acted(files, { VERSION: version });
  expect({ code, words }).toEqual({ code: 2, words: [expect.stringMatching(/^::error title=creditrisk-ci::/)] });
});
