import type { Spot } from "../../repository/source-problem.ts";
import type { Known, RunJob, RunStep } from "./run.ts";
import type { At } from "./values.ts";
import { nodeValue } from "./values.ts";

/** A variable that a step sees. */
export interface Variable {
  readonly entry: { readonly key: string; readonly isUsed: () => void };
  readonly value: Known;
  readonly spot: Spot;
  /** Set by the step itself, not by its job or workflow. */
  readonly isOfStep: boolean;
}

/** The variables of a step, the nearest first. */
export const stepVariables = (run: RunStep): readonly Variable[] => [
  ...variablesIn(run, run.step.env, true),
  ...(run.calledBy
    ? stepVariables(run.calledBy).map(variable => ({ ...variable, isOfStep: false }))
    : jobVariables(run.job)),
];

/** Those of a job and its workflow. */
export const jobVariables = (run: RunJob): readonly Variable[] => [
  ...variablesIn(run, run.job.env, false),
  ...variablesIn(run, run.job.workflow.env, false),
];

const variablesIn = (at: At, env: RunStep["step"]["env"], isOfStep: boolean): readonly Variable[] =>
  env.flatMap(entry => {
    const value = nodeValue(entry.value, at);
    const known = { key: entry.key, isUsed: () => void at.file.asked.add(entry) };
    return value ? [{ entry: known, value, spot: at.file.spot(entry.keyPlace), isOfStep }] : [];
  });
