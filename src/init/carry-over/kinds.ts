import { deploys, promotionsOf, publishesImage, runs, usesAction } from "../../lint/roles.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf, pythonTarget } from "./commands.ts";
import type { RunStep } from "./run.ts";

/** A gate of ci by what it is called there, and the programs that are one. */
const GATES: readonly (readonly [id: string, matches: (use: CommandUse) => boolean])[] = [
  ["format", use => isFormatCheck(use)],
  ["lint", ({ command: { name } }) => ["ruff", "flake8", "pylint", "pycodestyle", "pydocstyle"].includes(name ?? "")],
  [
    "security",
    ({ command: { name } }) => ["bandit", "safety", "pip-audit", "semgrep", "gitleaks"].includes(name ?? ""),
  ],
  ["types", ({ command: { name } }) => ["mypy", "pyright", "basedpyright", "pytype"].includes(name ?? "")],
  ["test", ({ command: { name } }) => ["pytest", "py.test", "tox", "nox"].includes(name ?? "")],
  ["pre-commit", ({ command }) => runs(command, "pre-commit", "run")],
];

/** Modules that are gates when Python runs them. */
const MODULES: Readonly<Record<string, string>> = {
  compileall: "compile",
  py_compile: "compile",
  unittest: "test",
  nose2: "test",
  flake8: "lint",
  pylint: "lint",
  mypy: "types",
  pip_audit: "security",
  black: "format",
  isort: "format",
  tox: "test",
  nox: "test",
  pre_commit: "pre-commit",
};

/** Targets of `make` and its like that are gates, by their first word. */
const TARGETS: Readonly<Record<string, string>> = {
  lint: "lint",
  style: "lint",
  flake8: "lint",
  ruff: "lint",
  test: "test",
  tests: "test",
  unittest: "test",
  check: "check",
  security: "security",
  bandit: "security",
  audit: "security",
  typecheck: "types",
  types: "types",
  mypy: "types",
  format: "format",
  fmt: "format",
  compile: "compile",
};

/** Which gate a command is; absent for other programs. */
export const gateOf = (use: CommandUse): string | undefined => {
  const found = GATES.find(([, matches]) => matches(use))?.[0];
  if (found) return found;
  const module = pythonTarget(use);
  if (module !== undefined && Object.hasOwn(MODULES, module)) return MODULES[module];
  const target = targetOf(use);
  const [first = ""] = target?.split(/[-_:]/) ?? [];
  return Object.hasOwn(TARGETS, first) ? TARGETS[first] : undefined;
};

const isFormatCheck = ({ command }: CommandUse): boolean =>
  (command.name === "ruff" && command.args[0]?.value === "format") ||
  ["black", "isort", "yapf", "autopep8"].includes(command.name ?? "");

const TASK_RUNNERS: ReadonlySet<string> = new Set(["make", "just", "task", "invoke", "inv"]);

/** The target that `make`, `just` or the like is asked for, where it is a single one. */
export const targetOf = ({ command: { name, args } }: CommandUse): string | undefined => {
  if (!TASK_RUNNERS.has(name ?? "")) return undefined;
  const targets = args.filter(({ start }) => !start.startsWith("-") && !start.includes("="));
  return targets.length === 1 ? targets[0]?.value : undefined;
};

/** Actions that are gates, with the command that does the same. */
export const gateActions: Readonly<Record<string, { readonly id: string; readonly command: string }>> = {
  "astral-sh/ruff-action": { id: "lint", command: "ruff check ." },
  "chartboost/ruff-action": { id: "lint", command: "ruff check ." },
  "psf/black": { id: "format", command: "black --check ." },
  "isort/isort-action": { id: "format", command: "isort --check ." },
  "pre-commit/action": { id: "pre-commit", command: "pre-commit run --all-files" },
};

export const isGate = (run: RunStep): boolean =>
  commandsOf(run).some(use => gateOf(use) !== undefined) ||
  (run.step.uses?.action !== undefined && Object.hasOwn(gateActions, run.step.uses.action));

/** Whether it runs stages of DVC. */
export const reproduces = ({ command }: CommandUse): boolean =>
  runs(command, "dvc", "repro") || runs(command, "dvc", "exp", "run");

const isDry = ({ command: { args } }: CommandUse): boolean => args.some(({ start }) => start.startsWith("--dry"));

/** Whether it judges the age of data. */
export const judgesFreshness = (use: CommandUse): boolean =>
  /(?:^|[._/-])(?:data_?)?freshness/i.test(pythonTarget(use) ?? "") ||
  use.command.args.some(({ start }) => start === "--fail-on-stale");

/** Whether it compares the data of production with that of the training. */
export const monitors = (use: CommandUse): boolean =>
  /(?:^|[._/-])(?:monitor(?:ing)?|production_drift)(?:[._/]|$)/i.test(pythonTarget(use) ?? "");

/** Whether it promotes a model in a registry. */
export const promotes = (use: CommandUse): boolean =>
  /(?:^|[._/-])(?:auto_?)?(?:promote|promotion)(?:[._]|$)/i.test(pythonTarget(use) ?? "") ||
  promotesModel(pythonTarget(use));

const promotesModel = (target: string | undefined): boolean => /promote_\w*model|model_promot/i.test(target ?? "");

const deliveryWeight = (run: RunStep): number =>
  (deploys(run.step) ? 4 : 0) +
  (publishesImage(run.step) ? 3 : 0) +
  (promotionsOf(run.step).length > 0 || commandsOf(run).some(promotes) ? 2 : 0) +
  (commandsOf(run).some(use => reproduces(use) && !isDry(use)) ? 2 : 0);

const nightlyWeight = (run: RunStep): number =>
  commandsOf(run).reduce(
    (sum, use) =>
      sum +
      (judgesFreshness(use) ? 2 : 0) +
      (monitors(use) ? 2 : 0) +
      (reproduces(use) && !isDry(use) ? 2 : 0) +
      (runs(use.command, "dvc", "pull") ? 1 : 0),
    0,
  );

/** How much of what a workflow is for is in its steps; nothing: it is none of that kind. */
export const weightOf = {
  ci: (steps: readonly RunStep[]) =>
    steps.filter(isGate).length + steps.filter(run => commandsOf(run).some(use => gateOf(use) === "test")).length,
  cd: (steps: readonly RunStep[]) => sum(steps.map(deliveryWeight)),
  nightly: (steps: readonly RunStep[]) => sum(steps.map(nightlyWeight)),
} as const;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Whether it runs what this file does not show: a script, a workflow or an action of its own. */
export const isOpaque = ({ step }: RunStep): boolean =>
  step.uses?.kind === "local" || usesAction(step, "actions/github-script") || (step.run !== undefined && !step.script);
