import type { AddedJob, AddedStep, JobChange } from "./config/extend.ts";
import type { ConfigPath, ConfigProblem } from "./config/issues.ts";
import type { Pipeline } from "./config/pipeline.ts";
import { closest } from "./diagnostics/closest.ts";
import type { Key } from "./model/availability.ts";
import type { Value } from "./model/expression.ts";
import { cancelled, failed, not, secrets, stepOutput, vars } from "./model/expression.ts";
import { violations } from "./model/invariants.ts";
import type { Step } from "./model/step.ts";
import type { Job, Workflow } from "./model/workflow.ts";
import type { WorkflowName } from "./model/workflow-name.ts";

export interface Extended {
  readonly workflow: Workflow;
  readonly problems: readonly ConfigProblem[];
}

/** The jobs that report on all others, and therefore come last and need what is added. */
const REPORTING = ["ci", "notify"];

/** A workflow with the steps, jobs and permissions a team adds to it; they obey the same invariants as ours. */
export const extended = (name: WorkflowName, built: Workflow, pipeline: Pipeline): Extended => {
  const { jobs: added, ...changed } = pipeline.extend[name];
  const changes = changed as Readonly<Record<string, JobChange>>;
  const granted = pipeline.permissions[name];
  const ids = built.jobs.map(({ id }) => id);
  const own = built.jobs.map(job => withPermissions(withSteps(job, changes[job.id]), granted[job.id]));

  const jobs = [...own.filter(({ id }) => !REPORTING.includes(id))];
  const known = new Map(jobs.map(job => [job.id, job]));
  const problems: ConfigProblem[] = [
    ...unknownJobs(Object.keys(changes), ids, ["extend", name]),
    ...unknownJobs(Object.keys(granted), [...ids, ...Object.keys(added)], ["permissions", name]),
    ...own.flatMap((_job, index) => unknownSteps(built.jobs[index] as Job, changes, name)),
  ];
  for (const [id, job] of Object.entries(added)) {
    const path = ["extend", name, "jobs", id];
    const missing = job.needs.filter(needed => !known.has(needed));
    problems.push(...unknownJobs(missing, [...known.keys()], [...path, "needs"]));
    const made = withPermissions(addedJob(id, job, name, pipeline, known), granted[id]);
    jobs.push(made);
    known.set(id, made);
  }
  const reporting = own
    .filter(({ id }) => REPORTING.includes(id))
    .map(job => ({ ...job, needs: [...(job.needs ?? []), ...jobs.slice(jobs.length - Object.keys(added).length)] }));
  const workflow = { ...built, jobs: [...jobs, ...reporting] };
  return {
    workflow,
    problems: [
      ...problems,
      ...violations(name, workflow).map(({ where, message, hint }) => ({
        code: "config/invalid-extension" as const,
        path: ["extend", name],
        message: `\`extend.${name}\`: ${where}: ${message}`,
        ...(hint ? { hint } : {}),
      })),
    ],
  };
};

const withSteps = (job: Job, change: JobChange | undefined): Job => {
  if (!change) return job;
  const { before, after, replace } = change;
  const steps = job.steps.flatMap(step => [
    ...(before[step.id] ?? []).map(toStep),
    ...(replace[step.id] ? inPlaceOf(step, replace[step.id] as readonly AddedStep[]) : [step]),
    ...(after[step.id] ?? []).map(toStep),
  ]);
  return { ...job, steps };
};

/** The last of them takes over the id, unless it has one: later steps go on reading it. */
const inPlaceOf = ({ id }: Step, steps: readonly AddedStep[]): readonly Step[] =>
  steps.map((step, index) => toStep(index === steps.length - 1 ? { ...step, id: step.id ?? id } : step));

const withPermissions = (job: Job, granted: Job["permissions"] | undefined): Job =>
  granted ? { ...job, permissions: { ...job.permissions, ...granted } } : job;

const addedJob = (
  id: string,
  job: AddedJob,
  name: WorkflowName,
  pipeline: Pipeline,
  known: ReadonlyMap<string, Job>,
): Job => {
  const folder = job.workingDirectory ?? pipeline.root;
  return {
    id,
    name: job.name,
    needs: job.needs.flatMap(needed => known.get(needed) ?? []),
    runsOn: job.runsOn === undefined ? pipeline.runners[name] : { labels: [job.runsOn].flat() },
    timeoutMinutes: job.timeoutMinutes,
    environment: job.environment,
    permissions: job.permissions as Job["permissions"],
    workingDirectory: folder === "." ? undefined : folder,
    steps: job.steps.map(toStep),
  };
};

const toStep = (step: AddedStep): Step => {
  const fields = {
    id: step.id ?? slug(step.name),
    name: step.name,
    if: step.when === "success" ? undefined : step.when === "failure" ? failed : not(cancelled),
    env: mapValues(step.env, toValue),
    timeoutMinutes: step.timeoutMinutes,
  };
  return "run" in step
    ? { kind: "run", ...fields, run: step.run, workingDirectory: step.workingDirectory }
    : { kind: "action", ...fields, uses: step.uses, with: mapValues(step.with, toValue) };
};

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .replace(/^(?=\d|$)/, "step-")
    .slice(0, 60);

type Given = string | number | boolean | AddedStep["env"][string];

const toValue = (given: Given): Value<"jobs.<job_id>.steps.env"> & Value<Key> => {
  if (typeof given !== "object") return given;
  if ("secret" in given) return secrets(given.secret) as never;
  if ("variable" in given) return vars(given.variable);
  return stepOutput(given.output.step, given.output.name) as never;
};

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

const unknownJobs = (named: readonly string[], ids: readonly string[], path: ConfigPath): readonly ConfigProblem[] =>
  named.filter(id => !ids.includes(id)).map(id => unknown(`job`, id, ids, [...path, id]));

const unknownSteps = (
  job: Job,
  changes: Readonly<Record<string, JobChange>>,
  name: WorkflowName,
): readonly ConfigProblem[] => {
  const change = changes[job.id];
  const ids = job.steps.map(({ id }) => id);
  return (["before", "after", "replace"] as const).flatMap(where =>
    Object.keys(change?.[where] ?? {})
      .filter(id => !ids.includes(id))
      .map(id => unknown(`step of the job \`${job.id}\``, id, ids, ["extend", name, job.id, where, id])),
  );
};

const unknown = (what: string, id: string, ids: readonly string[], path: ConfigPath): ConfigProblem => {
  const near = closest(id, ids);
  return {
    code: "config/unknown-id",
    path,
    message: `\`${path.join(".")}\` names no ${what}: \`${id}\``,
    hint: `${near ? `did you mean \`${near}\`? ` : ""}there are ${ids.map(other => `\`${other}\``).join(", ")}`,
  };
};
