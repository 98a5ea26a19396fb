import type { Condition, Expression, Value } from "./expression.ts";
import { inputs, jobOutput, jobResult } from "./expression.ts";
import type { Permissions } from "./permission.ts";
import type { Step } from "./step.ts";

/** Where a job runs: labels that a runner must all have, or a group of runners. */
export interface RunsOn {
  readonly labels: readonly string[];
  readonly group?: string;
}

export interface Job {
  /** Stable: branch protection and `extend` name the job by it. */
  readonly id: string;
  readonly name: string;
  /** A comment above the job: what it is for. */
  readonly comment?: string | undefined;
  readonly needs?: readonly Job[] | undefined;
  readonly if?: Condition<"jobs.<job_id>.if"> | undefined;
  readonly runsOn: RunsOn;
  readonly timeoutMinutes: number;
  /** The deployment environment whose secrets and protection rules hold for the job. */
  readonly environment?: string | undefined;
  readonly permissions: Permissions;
  readonly concurrency?: Concurrency | undefined;
  /** Folder of the scripts, relative to the repository root; absent: the root itself. */
  readonly workingDirectory?: string | undefined;
  /** Digests and booleans only: the runner blanks an output that holds the value of a secret. */
  readonly outputs?: Readonly<Record<string, Value<"jobs.<job_id>.outputs.<output_id>">>> | undefined;
  readonly steps: readonly Step[];
}

/** What jobs that need this one can read of it. */
export interface JobResults<Output extends string> {
  readonly result: Expression<"needs">;
  readonly output: Readonly<Record<Output, Expression<"needs">>>;
}

/** A job, with references to its outputs for the jobs that need it. */
export const job = <const Output extends string = never>(
  fields: Omit<Job, "outputs"> & {
    readonly outputs?: Readonly<Record<Output, Value<"jobs.<job_id>.outputs.<output_id>">>>;
  },
): Job & JobResults<Output> => ({
  ...fields,
  result: jobResult(fields.id),
  output: Object.fromEntries(
    Object.keys(fields.outputs ?? {}).map(name => [name, jobOutput(fields.id, name)]),
  ) as Record<Output, Expression<"needs">>,
});

/** Runs of one group exclude each other; a waiting one is replaced by a newer one. */
export interface Concurrency {
  readonly group: Value<"concurrency">;
  readonly cancelInProgress: boolean;
}

export interface BranchFilter {
  readonly branches?: readonly string[];
  readonly branchesIgnore?: readonly string[];
  readonly paths?: readonly string[] | undefined;
}

/** An input of a run started by hand. */
export interface DispatchInput {
  readonly id: string;
  readonly description: string;
  readonly type: "boolean" | "string";
  readonly default: boolean | string;
}

/** A dispatch input, and the expression that reads it; empty when another event started the run. */
export const dispatchInput = (input: DispatchInput): DispatchInput & { readonly value: Expression<"inputs"> } => ({
  ...input,
  value: inputs(input.id),
});

export interface Triggers {
  readonly push?: BranchFilter | undefined;
  readonly pullRequest?: BranchFilter | undefined;
  readonly schedule?: readonly { readonly cron: string; readonly timezone?: string | undefined }[] | undefined;
  readonly workflowDispatch?: readonly DispatchInput[] | undefined;
}

/** One workflow file. Its token has no permission but those its jobs name. */
export interface Workflow {
  readonly name: string;
  /** A comment above the workflow: what it is for and what it never does. */
  readonly comment: string;
  readonly on: Triggers;
  readonly concurrency: Concurrency;
  readonly jobs: readonly Job[];
}
