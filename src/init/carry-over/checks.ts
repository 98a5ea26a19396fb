import { GATE_STEPS } from "../../config/consistency.ts";
import { gateTitles } from "../../config/resolve.ts";
import { kebab } from "../../config/values.ts";
import { isTolerated } from "../../lint/delivery.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf, lineOf, pythonTarget, wordsOfStatement } from "./commands.ts";
import { gateActions, gateOf, isGate, reproduces } from "./kinds.ts";
import { isPlumbing } from "./plumbing.ts";
import type { Context } from "./readers.ts";
import type { RunStep } from "./run.ts";
import { spotOf } from "./run.ts";

/** The gates of ci: every command of it that is not there to prepare something. */
export const readChecks = (context: Context): void => {
  const { roles, ledger } = context;
  for (const run of roles.ci?.steps ?? []) {
    const { step } = run;
    const action = step.uses?.action !== undefined ? gateActions[step.uses.action] : undefined;
    if (step.uses?.action !== undefined && action && Object.hasOwn(gateActions, step.uses.action)) {
      const args = step.input("args")?.literal ?? step.input("extra_args")?.literal;
      const base = args === undefined ? action.command : `${action.command.split(" ")[0]} ${args}`;
      carryCheck(action.id, args?.startsWith("check ") || args === undefined ? base : action.command, run, context);
      ledger.account(run, { workflow: "ci", job: "quality", step: action.id });
      continue;
    }
    const uses = commandsOf(run).filter(use => isCandidate(use, context));
    // A command of no known kind is a gate where it is all that its step does, or stands beside gates.
    const gates = uses.filter(use => gateOf(use) !== undefined || isGateJob(run));
    for (const use of gates) {
      if (ledger.isAccounted(use.command)) continue;
      readGate(use, run, gates.length === 1, context);
    }
  }
};

/** `check_schema` of `python scripts/check_schema.py`; else the program. */
const scriptName = (use: CommandUse): string =>
  pythonTarget(use)?.replace(/\.py$/, "").split(/[./]/).at(-1) ?? use.command.name ?? "check";

/** Whether the job is there to judge, not to build. */
const isGateJob = ({ job }: RunStep): boolean =>
  job.steps.some(isGate) &&
  !job.steps.some(({ step }) => /^docker\/(?:build-push|bake)-action$/.test(step.uses?.action ?? ""));

const isCandidate = (use: CommandUse, { ledger }: Context): boolean =>
  !ledger.isAccounted(use.command) &&
  !isPlumbing(use) &&
  !reproduces(use) &&
  !["dvc", "docker", "aws", "mlflow", "gh", "curl", "git"].includes(use.command.name ?? "");

const readGate = (use: CommandUse, run: RunStep, isAlone: boolean, context: Context): void => {
  const { ledger, root } = context;
  const { command } = use;
  const line = lineOf(use, root, () => false);
  for (const other of wordsOfStatement(use)) ledger.account(other);
  if ("problem" in line) {
    const isSecret = line.problem.includes("secret");
    ledger.lose(
      use.spot,
      `the gate \`${short(command.program.text)}\` is not taken over: ${line.problem}`,
      isSecret
        ? "ci has no secrets, so that it can run for forks: add it to cd with `extend.cd.train.after.train`"
        : "put it into a script of the repository and name that in `checks`, or add it with `extend.ci.quality.after.test`",
    );
    return;
  }
  const fault = run.file.faults.within(command.place);
  if (fault) return;
  const name = run.step.name?.literal;
  const id = freeId(
    gateOf(use) ?? slug((isAlone ? (name ?? run.step.id) : undefined) ?? scriptName(use)),
    use,
    context,
  );
  carryCheck(id, line.text, run, context, {
    spot: use.spot,
    advisory: isAdvisory(use, run),
    name: isAlone && name !== undefined && name !== gateTitles[id] ? name : undefined,
  });
  ledger.account(command, { workflow: "ci", job: "quality", step: id });
};

const carryCheck = (
  id: string,
  command: string,
  run: RunStep,
  { ledger }: Context,
  {
    spot = spotOf(run, run.step),
    advisory = isTolerated(run.step) || isJobTolerated(run),
    name,
  }: {
    readonly spot?: ReturnType<typeof spotOf>;
    readonly advisory?: boolean;
    readonly name?: string | undefined;
  } = {},
): void => {
  const value = name || advisory ? { command, ...(name && { name }), ...(advisory && { advisory }) } : command;
  ledger.carry(["checks", id], value, spot);
};

const isJobTolerated = ({ job }: RunStep): boolean => {
  const node = job.job.node.get("continue-on-error");
  return node !== undefined && node.literal === "true";
};

const HARMLESS: ReadonlySet<string> = new Set(["true", ":", "echo", "printf"]);

/** Whether its failure is told and no more. */
const isAdvisory = ({ command }: CommandUse, run: RunStep): boolean =>
  isTolerated(run.step) ||
  isJobTolerated(run) ||
  (command.otherwise ?? []).some(({ name }) => HARMLESS.has(name ?? ""));

/** The id, unless another gate has it: then with the name of the program, or a number. */
const freeId = (wanted: string, { command }: CommandUse, { ledger }: Context): string => {
  const base = kebab.safeParse(wanted).success && !GATE_STEPS.includes(wanted) ? wanted : "check";
  const isFree = (id: string) =>
    ledger.value("checks", id) === undefined && !GATE_STEPS.includes(id) && kebab.safeParse(id).success;
  const program = slug(command.name ?? "");
  const free = [base, program, `${base}-${program}`].find(isFree);
  if (free !== undefined) return free;
  let number = 2;
  while (!isFree(`${base.slice(0, 40)}-${number}`)) number += 1;
  return `${base.slice(0, 40)}-${number}`;
};

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[-\d]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
