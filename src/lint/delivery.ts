import type { Moment, Status } from "./moments.ts";
import { statusFunctions, wouldRun } from "./moments.ts";
import type { Place } from "./place.ts";
import { commandsIn, commandsOf, deploysService, deploysToEcs, hasFlag, usesAction } from "./roles.ts";
import type { Word } from "./script.ts";
import { asksByVariable, requestsOf } from "./service-requests.ts";
import type { Job, Step, Workflow } from "./workflow.ts";
import { isPython, moduleOf } from "./wrappers.ts";

/** A step that gives an ECS service a new version, and what the workflow does about it afterwards. */
export interface Deployment {
  readonly step: Step;
  readonly place: Place;
  /** What may run once it is done: the rest of its job, and the jobs that wait for it. */
  readonly after: readonly Step[];
  /** Steps that ask the deployed service, in the order they run. */
  readonly verifications: readonly Step[];
  /** Steps of its job that return the service when something failed. */
  readonly rollbacks: readonly Rollback[];
}

/** A step that runs when something failed, and gives the service another version again. */
export interface Rollback {
  readonly step: Step;
  /** The condition under which it runs. */
  readonly if: NonNullable<Step["if"]>;
}

/** More deployments, and more rollbacks of one, are not looked at: each is compared with all that comes after it. */
const MOST = 20;

const known = new WeakMap<Workflow, readonly Deployment[]>();

export const deploymentsOf = (workflow: Workflow): readonly Deployment[] => {
  let deployments = known.get(workflow);
  if (!deployments) {
    deployments = workflow.jobs
      .filter(job => job.steps.some(deploysToEcs) && !isRollbackJob(job))
      .slice(0, MOST)
      .flatMap(deploymentsOfJob);
    known.set(workflow, deployments);
  }
  return deployments;
};

const deploymentsOfJob = (job: Job): readonly Deployment[] => {
  const steps = job.steps.filter(deploysToEcs);
  const deploying = steps.filter((step, index) => index === 0 || !survivesFailure(step)).slice(0, MOST);
  const later = downstream(job).flatMap(other => other.steps);
  return deploying.map((step, index) => {
    const own = job.steps.slice(step.index + 1, deploying[index + 1]?.index);
    const after = [...job.steps.slice(step.index + 1), ...later];
    return {
      step,
      place: deployPlace(step),
      after,
      verifications: [...own, ...later].filter(other => verifies(other) && !survivesFailure(other)),
      rollbacks: own
        .flatMap(other =>
          other.if && survivesFailure(other) && returnsService(other) ? [{ step: other, if: other.if }] : [],
        )
        .slice(0, MOST),
    };
  });
};

/** A job that does not run when all goes well is there to clean up, whatever it deploys; so is one that is called so. */
const isRollbackJob = ({ id, name, if: condition, workflow }: Job): boolean =>
  [id, name?.text, workflow.name?.text].some(text => /^roll[-_ ]?back/i.test(text ?? "")) ||
  (statusFunctions(condition).length > 0 && wouldRun(condition, ALL_WELL) === false);

const ALL_WELL: Moment = {
  status: "success",
  read: ([context, , property]) => (context === "needs" && property === "result" ? "success" : undefined),
};

export const downstream = (job: Job): readonly Job[] => job.workflow.jobs.filter(other => other.upstream.has(job));

/** Whether it may run in a job of which an earlier step failed. */
export const survivesFailure = (step: Step): boolean =>
  statusFunctions(step.if).length > 0 && wouldRun(step.if, { status: "failure" }) !== false;

const returnsService = (step: Step): boolean =>
  deploysToEcs(step) || commandsOf(step, "aws", "ecs", "stop-service-deployment").length > 0;

const deployPlace = (step: Step): Place =>
  step.uses?.node.place ??
  commandsIn(step).find(command => command.name === "aws" && hasFlag(command, "ecs"))?.place ??
  step.place;

/** Words by which people call a test of what was deployed. */
const TEST = /smoke|health[-_]?check|\be2e\b|end[-_]to[-_]end|integration/i;

/** Programs that run such a test. */
const RUNNERS: ReadonlySet<string> = new Set([
  ...["pytest", "python", "python3", "bash", "sh", "make", "npm", "npx", "node", "k6", "hurl", "newman", "locust"],
]);

const verifying = new WeakMap<Step, boolean>();

const verifies = (step: Step): boolean => {
  let answer = verifying.get(step);
  if (answer === undefined) {
    answer = testsService(step);
    verifying.set(step, answer);
  }
  return answer;
};

const testsService = (step: Step): boolean =>
  requestsOf(step).length > 0 ||
  asksByVariable(step) ||
  commandsIn(step).some(
    ({ name = "", program, args }) =>
      (RUNNERS.has(name) && args.some(({ text }) => TEST.test(text))) || TEST.test(program.text),
  );

/** All a step says, for words that tell that it may do something not understood here. */
export const textOf = (step: Step): string =>
  [step.name, step.run, step.uses?.node, ...step.with.map(({ value }) => value), ...step.env.map(({ value }) => value)]
    .map(node => node?.text ?? "")
    .join("\n");

const BACK = /roll[-_ ]?back|revert|restore|previous|undo/i;

/** Whether it may return the service to what it ran before, in a way that need not be understood. */
export const mayReturnService = (step: Step): boolean => {
  const { name, uses } = step;
  if (BACK.test(name?.text ?? "")) return true;
  if (uses) return uses.kind === "local" ? survivesFailure(step) || BACK.test(textOf(step)) : BACK.test(textOf(step));
  if (returnsService(step) && (survivesFailure(step) || verifies(step) || BACK.test(textOf(step)))) return true;
  return (runsUnknown(step) && BACK.test(textOf(step))) || commandsIn(step).some(({ args }) => args.some(saysBack));
};

/** One word without blanks: the subcommand of a program, a target, the name of a script. */
const saysBack = ({ text }: Word): boolean => /^[\w./-]+$/.test(text) && BACK.test(text);

/** Whether ECS or CodeDeploy was told, in view of everyone, to go back by itself. */
export const revertsByItself = (step: Step): boolean =>
  step.with.some(({ key }) => /^codedeploy-/i.test(key)) ||
  /deploymentCircuitBreaker|deployment-configuration|codedeploy/i.test(textOf(step));

/** A moment of a job, by the outcomes of its steps. */
export const moment = (status: Status, job: Job, outcomeOf: (step: Step) => string): Moment => ({
  status,
  read: ([context, name, property]) => {
    if (context === "job" && name === "status") return status;
    const step = context === "steps" && name !== undefined ? stepsById(job).get(name) : undefined;
    if (!step) return undefined;
    const outcome = outcomeOf(step);
    if (property === "conclusion") return outcome === "failure" && isTolerated(step) ? "success" : outcome;
    if (property === "outcome") return outcome;
    return property === "outputs" && outcome === "skipped" ? "" : undefined;
  },
});

/** The moment after a step ended so, and all before it well. */
export const momentAfter = (step: Step, outcome: "failure" | "cancelled"): Moment =>
  moment(outcome, step.job, ({ index }) =>
    index < step.index ? "success" : index === step.index ? outcome : "skipped",
  );

const byId = new WeakMap<Job, ReadonlyMap<string, Step>>();

const stepsById = (job: Job): ReadonlyMap<string, Step> => {
  let steps = byId.get(job);
  if (!steps) {
    steps = new Map(job.steps.flatMap(step => (step.id === undefined ? [] : [[step.id.toLowerCase(), step] as const])));
    byId.set(job, steps);
  }
  return steps;
};

/** Whether the failure of a step is none of its job. */
export const isTolerated = (step: Step): boolean => {
  const node = step.node.get("continue-on-error");
  return node !== undefined && node.literal !== "false";
};

/** Whether it is the action that deploys to ECS. */
export const usesEcsAction = (step: Step): boolean => usesAction(step, "aws-actions/amazon-ecs-deploy-task-definition");

/** Whether one step is certain to be over when the other begins. */
export const runsBefore = (one: Step, other: Step): boolean =>
  one.job === other.job ? one.index < other.index : other.job.upstream.has(one.job);

const served = new WeakMap<Workflow, readonly Step[]>();

/** The steps that change what a service answers, clean-up apart. */
export const deployingSteps = (workflow: Workflow): readonly Step[] => {
  let steps = served.get(workflow);
  if (!steps) {
    steps = workflow.jobs
      .filter(job => !isRollbackJob(job))
      .flatMap(job => job.steps.filter(step => !survivesFailure(step) && deploysService(step)));
    served.set(workflow, steps);
  }
  return steps;
};

/** The steps that begin when something is deployed, clean-up apart. */
export const stepsAfterDeployment = (workflow: Workflow): readonly Step[] => {
  const first = new Map<Job, Step>();
  for (const step of deployingSteps(workflow)) if (!first.has(step.job)) first.set(step.job, step);
  if (first.size === 0) return [];
  return workflow.jobs
    .flatMap(job => {
      const own = first.get(job);
      const waits = [...first.keys()].some(deploying => job.upstream.has(deploying));
      return waits ? job.steps : own ? job.steps.slice(own.index + 1) : [];
    })
    .filter(step => !survivesFailure(step));
};

/** Ways to ask what an ECS service runs. */
const LOOKS = [
  ...["describe-services", "describe-task-definition", "describe-task-sets", "list-task-definitions"],
  ...["describe-service-deployments", "list-service-deployments"],
];

/** Whether it asks ECS what a service runs. */
export const looksAtService = (step: Step): boolean =>
  LOOKS.some(call => commandsOf(step, "aws", "ecs", call).length > 0);

/** Whether it runs something that this file does not show. */
export const runsUnknown = (step: Step): boolean =>
  step.uses?.kind === "local" ||
  (step.run !== undefined && step.script === undefined) ||
  commandsIn(step).some(({ name, program, args }) => name === undefined || isProjectCode(name, program.text, args));

const isProjectCode = (name: string, program: string, args: readonly Word[]): boolean =>
  ["bash", "sh", "make", "just", "task", "source", "."].includes(name) ||
  program.startsWith("./") ||
  (isPython(name) && moduleOf(args) !== undefined);
