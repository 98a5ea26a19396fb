const workflow = ["github", "inputs", "vars"] as const;
const job = [...workflow, "needs", "strategy", "matrix"] as const;
const running = [...job, "steps", "job", "runner", "env"] as const;
const status = ["always()", "cancelled()", "failure()", "success()"] as const;

/**
 * Which contexts and special functions GitHub evaluates under which key of a workflow.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability
 * A test holds this table to the schema that GitHub's own parser reads.
 */
export const availability = {
  concurrency: workflow,
  "jobs.<job_id>.if": [...workflow, "needs", ...status],
  "jobs.<job_id>.runs-on": job,
  "jobs.<job_id>.environment": job,
  "jobs.<job_id>.concurrency": job,
  "jobs.<job_id>.outputs.<output_id>": [...running, "secrets"],
  "jobs.<job_id>.steps.if": [...running, ...status, "hashFiles()"],
  "jobs.<job_id>.steps.env": [...running, "secrets", "hashFiles()"],
  "jobs.<job_id>.steps.with": [...running, "secrets", "hashFiles()"],
} as const;

/** A key of a workflow under which GitHub evaluates expressions. */
export type Key = keyof typeof availability;
/** What an expression can read: a context, or a function whose answer depends on where it is called. */
export type Source = (typeof availability)[Key][number];
export type Available<K extends Key> = (typeof availability)[K][number];
