/** The workflows this tool writes, in the order in which it writes them. */
export const workflowNames = ["ci", "cd", "nightly"] as const;
export type WorkflowName = (typeof workflowNames)[number];

/**
 * The jobs of each workflow that `extend` can change; which of them exist depends on the config. An id that ends in a hyphen
 * stands for all that begin with it: there is one for each image.
 */
export const jobIds = {
  ci: ["quality", "workflows", "ci"],
  cd: ["train", "image-", "deploy", "promote", "notify"],
  nightly: ["refresh", "retrain", "notify"],
} as const satisfies Readonly<Record<WorkflowName, readonly string[]>>;
