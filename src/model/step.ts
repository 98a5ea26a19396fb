import type { ActionInput, ActionName, ActionOutput, ActionRequiredInput } from "../actions/catalogue.ts";
import { catalogue } from "../actions/catalogue.ts";
import type { Condition, Expression, Value } from "./expression.ts";
import { stepOutcome, stepOutput } from "./expression.ts";

export type StepEnv = Readonly<Record<string, Value<"jobs.<job_id>.steps.env">>>;

interface StepFields {
  /** Stable: `extend`, branch protection and later steps name the step by it. */
  readonly id: string;
  /** What the step does and why, as the GitHub page shows it. */
  readonly name: string;
  /** A comment above the step: a section, or what would surprise the reader. */
  readonly comment?: string | undefined;
  readonly if?: Condition<"jobs.<job_id>.steps.if"> | undefined;
  readonly env?: StepEnv | undefined;
  /** Reported, does not fail the job. */
  readonly continueOnError?: boolean | undefined;
  readonly timeoutMinutes?: number | undefined;
}

/** A step that runs a script. The script is plain text: data reaches it through `env`. */
export interface RunStep extends StepFields {
  readonly kind: "run";
  readonly run: string;
  /** Relative to the repository root; default: the job's. */
  readonly workingDirectory?: string | undefined;
}

/** A step that runs an action of the lock file. */
export interface ActionStep extends StepFields {
  readonly kind: "action";
  /** `owner/name` or `owner/name/folder`; the lock file says which commit. */
  readonly uses: string;
  readonly with?: Readonly<Record<string, Value<"jobs.<job_id>.steps.with">>> | undefined;
}

export type Step = RunStep | ActionStep;

/** What later steps and the job's outputs can read of a step. */
export interface StepResults<Output extends string> {
  readonly outputs: Readonly<Record<Output, Expression<"steps">>>;
  readonly outcome: Expression<"steps">;
}

export type RunFields<Output extends string> = Omit<RunStep, "kind"> & { readonly outputs?: readonly Output[] };

/** A script step; `outputs` names what it writes to GITHUB_OUTPUT. */
export const run = <const Output extends string = never>({
  outputs = [],
  ...fields
}: RunFields<Output>): RunStep & StepResults<Output> => ({ kind: "run", ...fields, ...results(fields.id, outputs) });

export type ActionFields<Name extends ActionName> = Omit<ActionStep, "kind" | "uses" | "with"> & {
  readonly with: Readonly<Partial<Record<ActionInput<Name>, Value<"jobs.<job_id>.steps.with"> | undefined>>> &
    Readonly<Record<ActionRequiredInput<Name>, Value<"jobs.<job_id>.steps.with">>>;
};

/** An action step; inputs and outputs are those of the action at the pinned version. */
export const uses = <const Name extends ActionName>(
  action: Name,
  { with: inputs, ...fields }: ActionFields<Name>,
): ActionStep & StepResults<ActionOutput<Name>> => ({
  kind: "action",
  uses: action,
  ...fields,
  with: Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined)) as NonNullable<
    ActionStep["with"]
  >,
  ...results<ActionOutput<Name>>(fields.id, catalogue[action].outputs),
});

const results = <Output extends string>(id: string, names: readonly Output[]): StepResults<Output> => ({
  outputs: Object.fromEntries(names.map(name => [name, stepOutput(id, name)])) as Record<Output, Expression<"steps">>,
  outcome: stepOutcome(id),
});
