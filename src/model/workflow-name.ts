/** The workflows this tool writes, in the order in which it writes them. */
export const workflowNames = ["ci", "cd", "nightly"] as const;
export type WorkflowName = (typeof workflowNames)[number];
