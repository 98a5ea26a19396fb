import { parseDocument } from "yaml";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Scenario } from "./scenario.ts";
import type { Tools } from "./tools.ts";
import type { Declared, DeclaredStep } from "./workflow.ts";
import { stepKey } from "./workflow.ts";

/** A step that is made to fail, and what the workflow then promises. */
export interface Fault {
  readonly job: string;
  readonly step: string;
  readonly name: string;
  /** What goes wrong outside the step; empty: its own command ends with 1. */
  readonly because: string;
  readonly scenario: Partial<Scenario>;
  /** The workflow in which it goes wrong. */
  readonly edit: (text: string) => string;
  readonly run: "failure" | "success";
  /** What the service runs afterwards: what it ran before, the new version, or whatever it comes to. */
  readonly service: "old" | "new" | "any";
}

/** Failures that come from outside: the step itself stays as it is. */
const outside: Readonly<Record<string, Pick<Fault, "because" | "scenario">>> = {
  "deploy/capture": { because: "ECS has no such service", scenario: { seeded: "missing" } },
  "deploy/deploy": { because: "the service never becomes stable", scenario: { rollout: "never-stable" } },
  "deploy/smoke": { because: "the new version answers 503", scenario: { health: "failing" } },
  "deploy/rollback": {
    because: "the new version answers 503, and ECS refuses the return to the old one",
    scenario: { health: "failing", rollback: "refused" },
  },
  "notify/notify": { because: "whoever is told answers 500", scenario: { hooks: "failing" } },
};

/** Every step that can be made to fail, in the order of the file. */
export const faultsOf = (workflow: Declared): readonly Fault[] =>
  Object.entries(workflow.jobs).flatMap(([job, { steps = [] }]) =>
    steps.map((step, index): Fault => {
      const id = stepKey(step, index);
      const known = outside[`${job}/${id}`];
      const after = /\b(?:failure|cancelled)\(\)/.test(step.if ?? "") && !/!\s*cancelled\(\)/.test(step.if ?? "");
      return {
        job,
        step: id,
        name: step.name ?? id,
        because: known?.because ?? "",
        // What runs only after a failure needs one.
        scenario: known?.scenario ?? (after ? { health: "failing" } : {}),
        edit: known ? text => text : text => broken(text, job, index),
        run: job === "notify" || continues(step) ? "success" : "failure",
        service: id === "rollback" ? "any" : serviceAfter(workflow, job, index),
      };
    }),
  );

const continues = (step: DeclaredStep): boolean =>
  (step as { readonly "continue-on-error"?: boolean })["continue-on-error"] === true;

/** A step that fails by itself: a script of one line in place of what it does. */
const broken = (text: string, job: string, index: number): string => {
  const document = parseDocument(text);
  const path = ["jobs", job, "steps", index];
  for (const key of ["uses", "with"]) document.deleteIn([...path, key]);
  document.setIn([...path, "run"], 'echo "::error title=Rehearsal::This step was made to fail."\nexit 1\n');
  return document.toString({ lineWidth: 0 });
};

/** A failure before the deployment leaves the service alone, one in it is rolled back, one after it is no reason to. */
const serviceAfter = ({ jobs }: Declared, job: string, index: number): Fault["service"] => {
  const deploy = jobs.deploy;
  if (!deploy) return "any";
  if (job === "deploy") {
    const rollback = (deploy.steps ?? []).findIndex(({ id }) => id === "rollback");
    return index < rollback ? "old" : "any";
  }
  return isNeeded(jobs, "deploy", job) ? "old" : "new";
};

const isNeeded = (jobs: Declared["jobs"], by: string, job: string): boolean =>
  [jobs[by]?.needs ?? []].flat().some(needed => needed === job || isNeeded(jobs, needed, job));

/** The fault that `step` or `job/step` names. */
export const findFault = (workflow: Declared, wanted: string): Result<Fault> => {
  const all = faultsOf(workflow);
  const found = all.filter(({ job, step }) => wanted === `${job}/${step}` || wanted === step);
  const [first, ...others] = found;
  const wrong = (message: string, hint: string) =>
    failure({ code: "usage/unknown-step", severity: "error", message, hint });
  if (!first)
    return wrong(
      `\`--fail\` names ${JSON.stringify(wanted)}, which is no step of this workflow`,
      "`--list` lists the steps",
    );
  return others.length === 0
    ? success(first)
    : wrong(
        `several jobs have a step ${JSON.stringify(wanted)}`,
        `say which: ${found.map(({ job, step }) => `\`--fail ${job}/${step}\``).join(", ")}`,
      );
};

/** What did not go as the workflow promises. */
export const broughtToLight = (
  rehearsal: Rehearsal,
  fault: Fault | undefined,
  { gather }: Pick<Tools, "gather">,
): readonly Diagnostic[] => {
  const { result, world, jobs, leaks, leniences, said } = rehearsal;
  const found = (code: Diagnostic["code"], message: string, hint: string): Diagnostic => ({
    ...{ code, severity: "error", message, hint },
  });
  if (jobs.every(job => job.result === "skipped"))
    return [found("rehearse/not-started", `the workflow did not start: ${said.at(-1) ?? "no job ran"}`, "see above")];
  const problems: Diagnostic[] = [];
  const { seeded, current } = world.ecs;
  if (fault === undefined && result !== "success") {
    const isInstall = jobs.some(({ steps }) => steps.some(step => step.id === "install" && step.result === "failure"));
    const hint = isInstall ? `if a package is missing, gather them again: ${gather}` : "the failed steps below say why";
    problems.push(found("rehearse/red", `the run ended with ${result}`, hint));
  }
  if (fault !== undefined) {
    const step = jobs.find(({ id }) => id === fault.job)?.steps.find(({ id }) => id === fault.step);
    if (step?.result === "skipped")
      problems.push(
        found(
          "rehearse/not-reached",
          `${fault.job}/${fault.step} did not run, so that nothing was drilled`,
          "it runs only under a condition that this run did not meet",
        ),
      );
    if (result !== fault.run)
      problems.push(
        found("rehearse/wrong-result", `the run ended with ${result} instead of ${fault.run}`, "please report it"),
      );
    if (fault.service === "old" && current !== seeded)
      problems.push(
        found(
          "rehearse/not-returned",
          `the service runs ${current}, not what it ran before (${seeded})`,
          "please report it",
        ),
      );
    if (fault.service === "new" && seeded !== null && current === seeded)
      problems.push(
        found("rehearse/wrongly-returned", `the service is back on ${seeded}, for no reason`, "please report it"),
      );
  }
  for (const { secret, where } of leaks)
    problems.push(found("rehearse/leak", `the secret ${secret} stands in the ${where}`, "let no command print it"));
  for (const message of leniences)
    problems.push(found("rehearse/lenient", message, "act lets it pass, GitHub does not"));
  return problems;
};
