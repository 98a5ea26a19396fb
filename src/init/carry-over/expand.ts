import { matrixOf, valueKey } from "../../lint/matrix.ts";
import type { Entry, Node } from "../../lint/node.ts";
import type { Job } from "../../lint/workflow.ts";
import type { RepositoryContents } from "../../repository/contents.ts";
import { readComposite } from "./composite.ts";
import type { Given, Known, RunJob, RunStep, SourceFile } from "./run.ts";
import { nodeValue } from "./values.ts";

/** How many workflows call one another, and actions, as GitHub allows. */
const DEEPEST = 10;
/** More jobs and steps, and more jobs of one matrix, than this are not looked at. */
const MOST = 2000;
const MOST_COMBINATIONS = 50;

/** Follows calls of workflows and composite actions of the repository. */
export class Expansion {
  readonly #files: ReadonlyMap<string, SourceFile>;
  readonly #repository: RepositoryContents;
  #seen = 0;

  constructor(files: readonly SourceFile[], repository: RepositoryContents) {
    this.#files = new Map(files.map(file => [file.path, file]));
    this.#repository = repository;
  }

  /** Every job that a workflow runs, in the order they are written. */
  async jobs(file: SourceFile, given = withoutInputs(file), calledBy?: RunJob, depth = 0): Promise<readonly RunJob[]> {
    const found: RunJob[] = [];
    for (const job of file.workflow.jobs) {
      this.#seen += 1;
      if (this.#seen > MOST) break;
      const run = await this.#job(job, file, given, calledBy);
      const called = depth < DEEPEST ? this.#called(job) : undefined;
      if (called) found.push(...(await this.jobs(called, givenTo(called, run), run, depth + 1)));
      else found.push(run);
    }
    return found;
  }

  #called({ uses }: Job): SourceFile | undefined {
    const path = uses && /^(?:\.|\$)\//.test(uses.text) ? uses.text.slice(2) : undefined;
    return path === undefined ? undefined : this.#files.get(path);
  }

  async #job(job: Job, file: SourceFile, given: Given, calledBy: RunJob | undefined): Promise<RunJob> {
    const steps: RunStep[] = [];
    const run = { job, file, given, calledBy, combinations: combinationsOf(job), steps };
    for (const step of job.steps) await this.#step({ step, job: run, file, given, calledBy: undefined }, steps, 0);
    return run;
  }

  /** Adds a step, or the steps of the action it calls. */
  async #step(run: RunStep, steps: RunStep[], depth: number): Promise<void> {
    const folder = run.step.uses?.folder;
    const composite =
      folder !== undefined && depth < DEEPEST ? await readComposite(folder, this.#repository) : undefined;
    this.#seen += 1;
    if (this.#seen > MOST) return;
    if (!composite) {
      steps.push(run);
      return;
    }
    const { file, inputs } = composite;
    const given: Given = { inputs: withValues(inputs, run.step.with, run), secrets: new Map() };
    for (const step of file.workflow.steps)
      await this.#step({ step, job: run.job, file, given, calledBy: run }, steps, depth + 1);
  }
}

/** Nobody fills in the inputs of a workflow that an event starts. */
const withoutInputs = ({ workflow }: SourceFile): Given => {
  const alone = workflow.triggers.every(({ event }) => event === "workflow_dispatch");
  const inputs = workflow.trigger("workflow_dispatch")?.node?.get("inputs")?.entries ?? [];
  const preset = ({ value }: Entry) => (alone ? (value.get("default")?.literal ?? "") : "");
  return {
    inputs: new Map(inputs.map(input => [input.key.toLowerCase(), { kind: "text", text: preset(input) }])),
    secrets: undefined,
  };
};

const givenTo = ({ workflow }: SourceFile, caller: RunJob): Given => {
  const declared = workflow.trigger("workflow_call")?.node?.get("inputs")?.entries ?? [];
  const presets = new Map<string, Known>(
    declared.map(({ key, value }) => [key.toLowerCase(), { kind: "text", text: value.get("default")?.literal ?? "" }]),
  );
  const secrets = caller.job.node.get("secrets");
  const named = (secrets?.entries ?? []).flatMap(({ key, value }) => {
    const known = nodeValue(value, caller);
    return known?.kind === "secret" ? [[key, known.name] as const] : [];
  });
  return {
    inputs: withValues(presets, caller.job.node.get("with")?.entries ?? [], caller),
    secrets: secrets?.literal === "inherit" ? caller.given.secrets : new Map(named),
  };
};

const withValues = (
  presets: ReadonlyMap<string, Known>,
  given: readonly Entry[],
  caller: RunJob | RunStep,
): ReadonlyMap<string, Known> =>
  new Map([
    ...presets,
    ...given.map(
      ({ key, value }) => [key.toLowerCase(), nodeValue(value, caller) ?? { kind: "unknown", text: "\0" }] as const,
    ),
  ]);

/** The jobs that a matrix makes; entries of `exclude` are not looked at. */
const combinationsOf = (job: Job): RunJob["combinations"] => {
  const matrix = matrixOf(job);
  let combinations: ReadonlyMap<string, Node>[] = [new Map()];
  for (const { name, values = [] } of matrix?.axes ?? [])
    if (values.length > 0)
      combinations = combinations
        .flatMap(combination => values.map(value => new Map([...combination, [name.toLowerCase(), value] as const])))
        .slice(0, MOST_COMBINATIONS);
  const hasAxes = (matrix?.axes.length ?? 0) > 0;
  const added: ReadonlyMap<string, Node>[] = [];
  for (const entry of (matrix?.include ?? []).slice(0, MOST_COMBINATIONS)) {
    const own = new Map(entry.entries.map(({ key, value }) => [key.toLowerCase(), value]));
    const fits = (combination: ReadonlyMap<string, Node>) =>
      [...own].every(([key, value]) => {
        const there = combination.get(key);
        return there === undefined || valueKey(there) === valueKey(value);
      });
    if (hasAxes && combinations.some(fits))
      combinations = combinations.map(combination =>
        fits(combination) ? new Map([...combination, ...own]) : combination,
      );
    else added.push(own);
  }
  return hasAxes || added.length === 0 ? [...combinations, ...added].slice(0, MOST_COMBINATIONS) : added;
};
