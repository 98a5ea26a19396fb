import type { JobRun } from "./log.ts";
import type { Declared, DeclaredJob, DeclaredStep } from "./workflow.ts";
import { referenced } from "./workflow.ts";

/**
 * What act lets pass and GitHub does not. act gives each job every secret, looks at no `permissions` and no `environment`, and
 * hands on job outputs whatever they hold. Each finding is a sentence. Contexts that a key does not offer are the parser's matter.
 */
export const leniences = (
  workflow: Declared,
  jobs: readonly JobRun[],
  secrets: Readonly<Record<string, string>>,
  masked: readonly string[],
): readonly string[] => [
  ...blankedOutputs(jobs, secrets, masked),
  ...Object.entries(workflow.jobs).flatMap(([id, job]) => [...outOfReach(id, job), ...tooWeak(id, job, workflow)]),
];

/**
 * The runner drops an output that contains a secret, a line of one, or anything else it was told to mask:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs
 */
const blankedOutputs = (
  jobs: readonly JobRun[],
  secrets: Readonly<Record<string, string>>,
  masked: readonly string[],
): readonly string[] => {
  const hidden = [
    ...Object.entries(secrets).map(([name, secret]) => [`the secret ${name}`, secret.split(/\r?\n/)] as const),
    ["something that was masked", masked] as const,
  ];
  return jobs.flatMap(({ id, outputs }) =>
    Object.entries(outputs).flatMap(([name, value]) =>
      hidden
        .filter(([, texts]) => texts.some(text => text !== "" && value.includes(text)))
        .map(([what]) => `GitHub would blank the output ${name} of job ${id}: it contains ${what}`),
    ),
  );
};

const outOfReach = (id: string, job: DeclaredJob): readonly string[] => {
  if (job.environment !== undefined) return [];
  return referenced("secrets", JSON.stringify(job))
    .filter(name => name !== "GITHUB_TOKEN")
    .map(
      name => `job ${id} names no environment, so that it cannot read ${name} where that is an environment's secret`,
    );
};

const tooWeak = (id: string, job: DeclaredJob, { permissions }: Declared): readonly string[] => {
  const granted = job.permissions ?? permissions ?? {};
  return (job.steps ?? []).flatMap(step =>
    needs(step)
      .filter(([scope, level]) => granted[scope] !== level && granted[scope] !== "write")
      .map(([scope, level]) => `job ${id} needs the permission ${scope}: ${level} for ${step.uses ?? step.name}`),
  );
};

/** The scopes of the job's token that a step cannot do without. */
const needs = ({ uses = "", run = "", with: given = {} }: DeclaredStep): readonly (readonly [string, string])[] => {
  switch (uses.replace(/@.*/, "")) {
    case "actions/checkout":
      return [["contents", "read"]];
    case "docker/login-action":
      return given.registry === "ghcr.io" ? [["packages", "write"]] : [];
    case "aws-actions/configure-aws-credentials":
      return given["role-to-assume"] && !given["aws-access-key-id"] ? [["id-token", "write"]] : [];
    case "actions/attest":
      return [
        ["id-token", "write"],
        ["attestations", "write"],
      ];
    default:
      return /\bgh workflow run\b/.test(run) ? [["actions", "write"]] : [];
  }
};
