import * as z from "zod";
import type { PermissionScope } from "../model/permission.ts";
import { onlyLevel, permissionScopes } from "../model/permission.ts";
import type { jobIds, WorkflowName } from "../model/workflow-name.ts";
import {
  kebab,
  line,
  minutes,
  outputReference,
  path,
  script,
  secretReference,
  stepId,
  variableReference,
} from "./values.ts";

const environment = z.record(
  line.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable"),
  z.union([line, secretReference, variableReference, outputReference]),
);

const stepShape = {
  id: stepId.optional().describe("Id by which later steps and `extend` name the step."),
  name: line.describe("What the step does and why, as the GitHub page shows it."),
  when: z
    .enum(["success", "failure", "always"])
    .default("success")
    .describe(
      "Whether the step runs after earlier steps went well, after one failed, or in any case but cancellation.",
    ),
  env: environment.default({}).describe("Environment of this step: text, `secret()`, `variable()` or `output()`."),
  timeoutMinutes: minutes(1, 360).optional().describe("Minutes after which the step is ended."),
};

const runStep = z.strictObject({
  ...stepShape,
  run: script.describe("Bash, run with `set -euo pipefail`. Data reaches it through `env`."),
  workingDirectory: path.optional().describe("Folder relative to the repository root. Default: the pipeline's `root`."),
});

const actionStep = z.strictObject({
  ...stepShape,
  uses: line
    .regex(
      /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_./-]+$/,
      "must be an action as `owner/name`, without a version: the lock file pins it",
    )
    .describe("An action as `owner/name`; its commit comes from `pipeline.lock.json`."),
  with: z
    .record(line, z.union([z.boolean(), z.number(), line, script, secretReference, variableReference, outputReference]))
    .default({})
    .describe("Inputs of the action; checked against those it has."),
});

/** A step a team adds; the same invariants hold for it as for ours. */
export const step = z.union([runStep, actionStep]);

const steps = z.array(step).min(1).max(50).describe("Steps, in order.");

export const permissions = z
  .partialRecord(
    z.enum(permissionScopes),
    z
      .strictObject({
        access: z.enum(["read", "write"]).describe("How far the scope reaches."),
        reason: line.describe("Why the job needs it; stands beside it in the workflow."),
      })
      .describe("How far the scope reaches, and why."),
  )
  .superRefine((granted, context) => {
    for (const [scope, { access }] of Object.entries(granted)) {
      const only = onlyLevel[scope as PermissionScope];
      if (only !== undefined && access !== only)
        context.addIssue({
          code: "custom",
          path: [scope, "access"],
          message: `must be "${only}": GitHub knows no other level of this scope`,
        });
    }
  })
  .describe("Scopes of the GITHUB_TOKEN, each with its reason.");

const at = (what: string) => z.record(stepId, steps).default({}).describe(what);

/** Steps added to a generated job, by the id of the step they stand at. */
export const changedJob = z.strictObject({
  before: at("Steps to add before the step with this id."),
  after: at("Steps to add after the step with this id."),
  replace: at("Steps to put in the place of the step with this id."),
});

/** A job a team adds. */
export const addedJob = z.strictObject({
  name: line.describe("The job's name on the GitHub page."),
  needs: z.array(kebab).default([]).describe("Ids of the jobs that must have succeeded before."),
  runsOn: z
    .union([line, z.array(line).min(1)])
    .optional()
    .describe("Runner: a label, or labels. Default: the workflow's."),
  timeoutMinutes: minutes(1, 360).default(30).describe("Minutes after which the job is ended."),
  environment: line.optional().describe("Deployment environment; required as soon as a step reads a secret."),
  permissions: permissions.default({}),
  workingDirectory: path
    .optional()
    .describe("Folder in which scripts run, relative to the repository root. Default: the pipeline's `root`."),
  steps,
});

/** What a team changes in one workflow. */
export const workflowChanges = z
  .object({ jobs: z.record(kebab, addedJob).default({}).describe("Jobs to add, by id.") })
  .catchall(changedJob)
  .describe("Changes of the workflow's own jobs, by job id; `jobs` holds jobs to add.");

/** The jobs of a workflow, so that a misspelt one does not compile. */
type JobId<Name extends WorkflowName> = (typeof jobIds)[Name][number] extends infer Id
  ? Id extends `${string}-`
    ? `${Id}${string}`
    : Id & string
  : never;

// Inferred, the type would ask `jobs` to be a changed job too: the compiler knows no "every key but this one".
type ChangesInput<Id extends string> = { jobs?: z.input<typeof workflowChanges.shape.jobs> } & {
  [Job in Id]?: z.input<typeof changedJob>;
};

const changesOf = <Name extends WorkflowName>() =>
  (workflowChanges as unknown as z.ZodType<WorkflowChanges, ChangesInput<JobId<Name>>>).prefault({});

/** `extend`: named places in the generated workflows, and what a team puts there. */
export const extend = z.strictObject({
  ci: changesOf<"ci">(),
  cd: changesOf<"cd">(),
  nightly: changesOf<"nightly">(),
});

export type AddedStep = z.output<typeof step>;
export type AddedJob = z.output<typeof addedJob>;
export type JobChange = z.output<typeof changedJob>;
export type WorkflowChanges = z.output<typeof workflowChanges>;
