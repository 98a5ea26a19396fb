import type { Node } from "./node.ts";
import type { Workflow } from "./workflow.ts";

/** Every `if` of a workflow: of its jobs, of their snapshots and of their steps. */
export const conditionsOf = ({ jobs }: Workflow): readonly Node[] =>
  jobs.flatMap(({ if: own, node, steps }) => [
    ...[own, node.get("snapshot")?.get("if")].flatMap(condition => condition ?? []),
    ...steps.flatMap(step => step.if ?? []),
  ]);
