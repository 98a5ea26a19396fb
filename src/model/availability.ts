const inStep = [
  "github",
  "inputs",
  "vars",
  "needs",
  "strategy",
  "matrix",
  "secrets",
  "steps",
  "job",
  "runner",
  "env",
  "hashFiles()",
] as const;

/**
 * Which contexts and special functions GitHub evaluates under which key of a workflow.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability
 * A test holds this table to the schema that GitHub's own parser reads.
 */
export const availability = {
  concurrency: ["github", "inputs", "vars"],
  "jobs.<job_id>.if": ["github", "inputs", "vars", "needs", "always()", "cancelled()", "failure()", "success()"],
  "jobs.<job_id>.runs-on": ["github", "inputs", "vars", "needs", "strategy", "matrix"],
  "jobs.<job_id>.environment": ["github", "inputs", "vars", "needs", "strategy", "matrix"],
  "jobs.<job_id>.concurrency": ["github", "inputs", "vars", "needs", "strategy", "matrix"],
  "jobs.<job_id>.outputs.<output_id>": [
    "github",
    "inputs",
    "vars",
    "needs",
    "strategy",
    "matrix",
    "secrets",
    "steps",
    "job",
    "runner",
    "env",
  ],
  "jobs.<job_id>.steps.if": [
    "github",
    "inputs",
    "vars",
    "needs",
    "strategy",
    "matrix",
    "steps",
    "job",
    "runner",
    "env",
    "always()",
    "cancelled()",
    "failure()",
    "success()",
    "hashFiles()",
  ],
  "jobs.<job_id>.steps.env": inStep,
  "jobs.<job_id>.steps.with": inStep,
} as const;

/** A key of a workflow under which GitHub evaluates expressions. */
export type Key = keyof typeof availability;
/** What an expression can read: a context, or a function whose answer depends on where it is called. */
export type Source = (typeof availability)[Key][number];
export type Available<K extends Key> = (typeof availability)[K][number];
