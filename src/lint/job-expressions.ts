import type { Expression } from "./expression.ts";
import type { Job, Step } from "./workflow.ts";

/** An expression of a job, with the step it is part of. */
export interface JobExpression extends Expression {
  readonly step: Step | undefined;
}

export const jobExpressions = (job: Job): readonly JobExpression[] => [
  ...job.node.entries
    .filter(({ key }) => key !== "steps")
    .flatMap(({ value }) => value.expressions.map(expression => ({ ...expression, step: undefined }))),
  ...job.steps.flatMap(step => step.node.expressions.map(expression => ({ ...expression, step }))),
];

/** The steps of a job that have an id, by it in lower case. */
export const stepsById = (job: Job): ReadonlyMap<string, Step> =>
  new Map(job.steps.flatMap(step => (step.id ? [[step.id.toLowerCase(), step] as const] : [])));

/** A part of an access as it is written: `Build` of `needs.Build.outputs.x`. Ids hold no dot. */
export const writtenPart = (text: string, index: number): string => text.split(".")[index] ?? "";
