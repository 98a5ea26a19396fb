import { commandsOf } from "./commands.ts";
import { partsOf } from "./jobs.ts";
import type { Landmark } from "./ledger.ts";
import { isPlumbing, isPlumbingAction } from "./plumbing.ts";
import type { Context } from "./readers.ts";
import type { RoleRun, RunJob, RunStep } from "./run.ts";
import { spotOf } from "./run.ts";
import { jobVariables, stepVariables } from "./variables.ts";

/** Tells what is wrong in the workflows, and what of them no field has. */
export const tellLeftovers = (context: Context): void => {
  tellFaults(context);
  for (const role of ["ci", "cd", "nightly"] as const) {
    const run = context.roles[role];
    for (const job of run?.jobs ?? []) if (run) tellJob(job, run, context);
    if (run) tellVariables(run, context);
    for (const job of run?.jobs ?? []) for (const step of job.steps) tellDetails(step, job, role, context);
  }
};

const tellFaults = ({ roles, ledger }: Context): void => {
  const files = new Set([roles.ci, roles.cd, roles.nightly].flatMap(run => run?.jobs.map(({ file }) => file) ?? []));
  for (const { faults, spot } of files)
    for (const { place, message, hint } of faults.all)
      ledger.lose(spot(place), `this is not taken over, because it does not work: ${message}`, hint);
};

const tellJob = (job: RunJob, run: RoleRun, context: Context): void => {
  const { ledger } = context;
  const { role } = run;
  if (job.job.uses) {
    ledger.lose(
      job.file.spot(job.job.uses.place),
      `the job \`${job.job.id}\` calls the workflow \`${job.job.uses.text}\`, which is not in this repository`,
      `a job that calls a workflow has no place in the generated ones: call it from a workflow of your own, or write its steps with \`extend.${role}.jobs\``,
    );
    return;
  }
  const left = job.steps.filter(step => isLeft(step, context));
  if (left.length === 0) return;
  if (partsOf(job, role, context).length === 0) {
    ledger.lose(
      job.file.spot(job.job.place),
      `no field has anything of the job \`${job.job.id}\``,
      `add it with \`extend.${role}.jobs\``,
    );
    return;
  }
  for (const step of left) {
    const { where, landmark } = nearest(step, job, role, context);
    const at = landmark ? `extend.${role}.${landmark.job}.${where}.${landmark.step}` : `extend.${role}.jobs`;
    const command = commandsOf(step).find(use => !ledger.isAccounted(use.command) && !isPlumbing(use));
    const spot =
      command && commandsOf(step).some(use => ledger.isAccounted(use.command)) ? command.spot : spotOf(step, step.step);
    const isSecret = role === "ci" && readsSecret(step);
    ledger.lose(
      spot,
      `the step \`${step.step.label}\` is not taken over${isSecret ? ": it reads a secret, and ci has none" : ""}`,
      isSecret ? "do it in cd, with `extend.cd.train.after.train`" : `add it with \`${at}\``,
    );
  }
};

const readsSecret = ({ step }: RunStep): boolean =>
  step.node.expressions.some(({ reads }) =>
    reads.some(({ path }) => path[0] === "secrets" && path[1] !== "github_token"),
  );

const isLeft = (run: RunStep, { ledger }: Context): boolean => {
  const { step } = run;
  if (step.uses) return !ledger.isAccounted(run) && !isPlumbingAction(run);
  if (!step.run) return false;
  const uses = commandsOf(run);
  // What is no shell, or too long to be looked at.
  if (uses.length === 0) return step.run.text.trim() !== "" && !ledger.isAccounted(run) && !hasOnlyCaptures(run);
  return uses.some(use => !ledger.isAccounted(use.command) && !isPlumbing(use));
};

const hasOnlyCaptures = ({ step }: RunStep): boolean =>
  step.script !== undefined && step.script.commands.length <= 300 && step.script.errors.length === 0;

/** The place in the generated workflow that is nearest to where a step stands in its own. */
const nearest = (
  step: RunStep,
  job: RunJob,
  role: RoleRun["role"],
  { ledger }: Context,
): { readonly where: "before" | "after"; readonly landmark: Landmark | undefined } => {
  const marksOf = (run: RunStep) =>
    [ledger.landmarkOf(run), ...commandsOf(run).map(({ command }) => ledger.landmarkOf(command))].filter(
      (mark): mark is Landmark => mark?.workflow === role,
    );
  const index = job.steps.indexOf(step);
  const before = job.steps
    .slice(0, index + 1)
    .flatMap(marksOf)
    .at(-1);
  if (before) return { where: "after", landmark: before };
  return { where: "before", landmark: job.steps.slice(index + 1).flatMap(marksOf)[0] };
};

/** Variables of whole jobs and workflows that nothing which was carried over reads. */
const tellVariables = ({ role, jobs }: RoleRun, { ledger }: Context): void => {
  for (const job of jobs)
    for (const { entry, spot, value } of jobVariables(job)) {
      const isAsked = [...job.file.asked].some(asked => asked.key === entry.key);
      if (
        isAsked ||
        /^(?:CI|FORCE_COLOR|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PIP_\w+|UV_\w+|TERM|REGISTRY|\w*IMAGE\w*)$/.test(
          entry.key,
        )
      )
        continue;
      ledger.lose(
        spot,
        `every step has the variable \`${entry.key}\`${value.kind === "secret" ? `, the secret \`${value.name}\`` : ""}`,
        value.kind === "secret"
          ? `a secret is given to the steps that need it: set it in \`env\` of a step of \`extend.${role}\``
          : "set it in front of the commands that read it, as in `NAME=value command`, or in the code",
      );
    }
};

/** Tokens of the run itself. */
const OWN_TOKENS: ReadonlySet<string> = new Set(["GH_TOKEN", "GITHUB_TOKEN"]);

/** Of a step that is taken over, what is not: its variables, its condition, how the code is checked out. */
const tellDetails = (run: RunStep, job: RunJob, role: RoleRun["role"], context: Context): void => {
  const { ledger } = context;
  const { step, file } = run;
  if (partsOf(job, role, context).length === 0) return;
  if (step.uses?.action === "actions/checkout")
    for (const { key, keyPlace } of step.with)
      if (CHECKOUT.has(key.toLowerCase()))
        ledger.lose(
          file.spot(keyPlace),
          `the code is checked out with \`${key}\``,
          `the generated checkout takes the commit and nothing else: get the rest in a step of \`extend.${role}\`, after \`checkout\``,
        );
  if (isLeft(run, context)) return;
  const landmark =
    ledger.landmarkOf(run) ??
    commandsOf(run)
      .map(({ command }) => ledger.landmarkOf(command))
      .find(Boolean);
  if (!landmark) return;
  for (const { entry, spot, value, isOfStep } of stepVariables(run)) {
    if (!isOfStep || OWN_TOKENS.has(entry.key) || [...file.asked].some(({ key }) => key === entry.key)) continue;
    ledger.lose(
      spot,
      `the step \`${step.label}\` has the variable \`${entry.key}\`${value.kind === "secret" ? `, the secret \`${value.name}\`` : ""}`,
      `if it is needed, put a step with \`env\` in the place of the generated one with \`extend.${landmark.workflow}.${landmark.job}.replace.${landmark.step}\``,
    );
  }
  for (const condition of [step.if, job.job.if])
    if (condition?.expressions.some(({ reads }) => reads.some(({ path }) => isOfItsOwn(path))))
      ledger.lose(
        file.spot(condition.place),
        `this runs only under a condition: \`${condition.text.trim()}\``,
        `the generated steps run whenever those before them went well: put a step of your own in the place of one with \`extend.${landmark.workflow}\``,
      );
};

const CHECKOUT: ReadonlySet<string> = new Set([
  ...["lfs", "submodules", "token", "ssh-key", "repository", "ref", "sparse-checkout"],
]);

/** Whether a condition reads what is neither the event nor the outcome of what ran before. */
const isOfItsOwn = ([context, name, property]: readonly (string | undefined)[]): boolean =>
  context === "vars" ||
  context === "matrix" ||
  (context === "github" &&
    !["event_name", "ref", "ref_name", "ref_type", "repository", "repository_owner", "base_ref"].includes(name ?? "") &&
    !(name === "event" && ["workflow_run", "inputs", "schedule"].includes(property ?? "")));
