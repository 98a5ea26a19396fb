import { actionFacts } from "../actions/catalogue.ts";
import type { Key } from "./availability.ts";
import type { Expression, Value } from "./expression.ts";
import { expressionsIn } from "./expression.ts";
import type { Step } from "./step.ts";
import type { Job, Workflow } from "./workflow.ts";
import type { WorkflowName } from "./workflow-name.ts";

/** Something the types cannot rule out, because it depends on what a config adds. */
export interface Violation {
  /** Job and step, as a reader would look them up. */
  readonly where: string;
  readonly message: string;
  readonly hint?: string;
}

/** GitHub's limits. https://docs.github.com/actions/reference/limits */
const EXPRESSION_LENGTH = 21_000;
const ID_LENGTH = 100;

/** What every workflow must obey, whoever wrote its steps. */
export const violations = (name: WorkflowName, workflow: Workflow): readonly Violation[] => {
  const ids = workflow.jobs.map(({ id }) => id.toLowerCase());
  return workflow.jobs.flatMap((job, index) => [
    ...(ids.indexOf(job.id.toLowerCase()) < index
      ? [{ where: `job \`${job.id}\``, message: "the id is used twice", hint: "give the job another id" }]
      : []),
    ...jobViolations(name, job, workflow),
  ]);
};

const jobViolations = (name: WorkflowName, job: Job, workflow: Workflow): readonly Violation[] => {
  const where = `job \`${job.id}\``;
  const secret = job.steps.find(step => expressionsOf(step).some(reads("secrets")));
  const missing = [...jobExpressions(job)].flatMap(({ references }) =>
    references.filter(reference => reference.kind === "job" && !job.needs?.some(({ id }) => id === reference.id)),
  );
  return [
    ...(job.id.length >= ID_LENGTH
      ? [{ where, message: `the id has ${job.id.length} characters, GitHub allows ${ID_LENGTH - 1}` }]
      : []),
    ...(secret && name === "ci"
      ? [
          {
            where: `${where}, step \`${secret.id}\``,
            message: "ci must not use a secret: it runs code of pull requests",
            hint: "move the step to cd or nightly",
          },
        ]
      : []),
    ...(secret && name !== "ci" && !job.environment
      ? [
          {
            where: `${where}, step \`${secret.id}\``,
            message: "a job that reads a secret needs an `environment`",
            hint: "give the job an `environment`, and keep the secret there",
          },
        ]
      : []),
    ...(job.needs ?? [])
      .filter(needed => !workflow.jobs.some(({ id }) => id === needed.id))
      .map(needed => ({ where, message: `\`needs\` names \`${needed.id}\`, which is no job of this workflow` })),
    ...missing.map(({ id }) => ({ where, message: `reads job \`${id}\` without needing it` })),
    ...stepViolations(job),
  ];
};

const stepViolations = (job: Job): readonly Violation[] =>
  job.steps.flatMap((step, index) => {
    const where = `job \`${job.id}\`, step \`${step.id}\``;
    const earlier = job.steps.slice(0, index);
    return [
      ...(earlier.some(({ id }) => id.toLowerCase() === step.id.toLowerCase())
        ? [{ where, message: "the id is used twice in this job", hint: "give the step another `id`" }]
        : []),
      ...expressionsOf(step).flatMap(({ references, source }) => [
        ...references
          .filter(({ kind, id }) => kind === "step" && !earlier.some(other => other.id === id))
          .map(({ id }) => ({
            where,
            message: job.steps.some(other => other.id === id)
              ? `reads step \`${id}\`, which comes later`
              : `reads step \`${id}\`, which is no step of this job`,
            hint: "name a step of the same job that comes before this one",
          })),
        ...(source.length > EXPRESSION_LENGTH
          ? [{ where, message: `an expression has more than ${EXPRESSION_LENGTH} characters` }]
          : []),
      ]),
      ...(step.kind === "action" ? inputViolations(step.uses, Object.keys(step.with ?? {}), where) : []),
    ];
  });

const inputViolations = (action: string, given: readonly string[], where: string): readonly Violation[] => {
  const facts = actionFacts(action);
  if (!facts) return [];
  const known = Object.keys(facts.inputs);
  const lower = given.map(input => input.toLowerCase());
  return [
    ...given
      .filter(input => !known.some(name => name.toLowerCase() === input.toLowerCase()))
      .map(input => ({
        where,
        message: `${action} ${facts.version} has no input \`${input}\``,
        hint: `it has ${known.map(name => `\`${name}\``).join(", ")}`,
      })),
    ...known
      .filter(input => facts.inputs[input] === "required" && !lower.includes(input.toLowerCase()))
      .map(input => ({
        where,
        message: `${action} ${facts.version} needs the input \`${input}\``,
        hint: `add \`${input}\` to the step's \`with\``,
      })),
  ];
};

const reads = (source: string) => (expression: Expression) => (expression.reads as readonly string[]).includes(source);

const expressionsOf = (step: Step): readonly Expression[] => [
  ...(step.if ? [step.if as Expression] : []),
  ...Object.values(step.env ?? {}).flatMap(value => expressionsIn(value as Value<Key>)),
  ...(step.kind === "action"
    ? Object.values(step.with ?? {}).flatMap(value => expressionsIn(value as Value<Key>))
    : []),
];

const jobExpressions = (job: Job): readonly Expression[] => [
  ...(job.if ? [job.if as Expression] : []),
  ...Object.values(job.outputs ?? {}).flatMap(value => expressionsIn(value as Value<Key>)),
  ...job.steps.flatMap(expressionsOf),
];
