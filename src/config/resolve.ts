import { workflowNames } from "../model/workflow-name.ts";
import type { Artifact, Check, Image, Pipeline, Runner } from "./pipeline.ts";
import type { ParsedPipeline } from "./schema.ts";

/** Where a config was found, as the workflows need to know it; paths are relative to the repository root. */
export interface ConfigPlace {
  readonly configFile: string;
  readonly lockFile: string;
  /** Whether the config holds several pipelines. */
  readonly oneOfSeveral: boolean;
}

/** Fills in the defaults that depend on other fields and writes shorthands out. */
export const resolvePipeline = (parsed: ParsedPipeline, place: ConfigPlace): Pipeline => {
  const bundle = parsed.artifacts.bundle.map(artifact);
  const promoted = parsed.promote ? [parsed.promote.when.exists, parsed.promote.when.passed] : [];
  return {
    ...parsed,
    ...place,
    files: place.oneOfSeveral ? prefixed(parsed) : parsed.files,
    runners: {
      allowSelfHostedPullRequests: parsed.runners.allowSelfHostedPullRequests,
      ci: runner(parsed.runners.ci),
      cd: runner(parsed.runners.cd),
      nightly: runner(parsed.runners.nightly),
    },
    python: {
      ...parsed.python,
      install: parsed.python.install ?? [parsed.python.installer === "uv" ? "uv pip install -e ." : "pip install -e ."],
    },
    checks: checks(parsed),
    dvc: {
      ...parsed.dvc,
      stages: {
        train: list(parsed.dvc.stages.train),
        drift: parsed.dvc.stages.drift === false ? [] : list(parsed.dvc.stages.drift),
      },
    },
    images: parsed.images.map(image => ({ ...image, include: image.include ?? models(bundle) }) satisfies Image),
    deploy: parsed.deploy && {
      ...parsed.deploy,
      container: parsed.deploy.container ?? `${parsed.name}-${parsed.deploy.image}`,
    },
    artifacts: {
      ...parsed.artifacts,
      // What decides on the promotion travels with the model: the promote job has nothing else to read it from.
      bundle: [
        ...bundle,
        ...promoted
          .filter(path => path !== false && !bundle.some(item => item.path === path))
          .map(path => ({ path: path as string, required: false })),
      ],
      nightly: parsed.artifacts.nightly.map(artifact),
    },
    timeouts: { ...parsed.timeouts, deploy: parsed.timeouts.deploy ?? deployMinutes(parsed) },
  };
};

/** Room for a deployment that never becomes stable, the smoke test, and a rollback that takes as long again. */
export const deployMinutes = ({ deploy }: Pick<ParsedPipeline, "deploy">): number => {
  if (!deploy) return 1;
  const smokeSeconds = deploy.smoke ? deploy.smoke.attempts * (deploy.smoke.delaySeconds + 30) : 0;
  return Math.min(360, 2 * deploy.stabilityMinutes + Math.ceil(smokeSeconds / 60) + 10);
};

const prefixed = ({ name, files }: ParsedPipeline): ParsedPipeline["files"] => {
  const named = (file: string | false) => file && `${name}-${file}`;
  return { ci: named(files.ci), cd: named(files.cd), nightly: named(files.nightly) };
};

/** What the gates are called whose name is not stated. */
export const gateTitles: Readonly<Record<string, string>> = {
  lint: "Lint",
  security: "Scan for insecure code",
  compile: "Compile every module",
  test: "Run the tests",
};

const checks = (parsed: ParsedPipeline): readonly Check[] =>
  Object.entries(parsed.checks).flatMap(([id, check]) => {
    if (check === false) return [];
    const { command, advisory, name } =
      typeof check === "string" ? { command: check, advisory: false, name: undefined } : check;
    return [{ id, command, advisory, name: name ?? gateTitles[id] ?? sentence(id) }];
  });

const sentence = (id: string): string => {
  const words = id.replace(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const artifact = (item: ParsedPipeline["artifacts"]["bundle"][number]): Artifact =>
  typeof item === "string" ? { path: item, required: false } : item;

const models = (bundle: readonly Artifact[]): readonly string[] =>
  bundle.map(({ path }) => path).filter(path => path.startsWith("models/"));

const list = <T>(one: T | readonly T[]): readonly T[] => (Array.isArray(one) ? one : [one as T]);

const runner = (given: ParsedPipeline["runners"]["ci"]): Runner =>
  typeof given === "string" || Array.isArray(given)
    ? { labels: list(given) }
    : { group: given.group, labels: given.labels === undefined ? [] : list(given.labels) };

/** The files of a pipeline that are generated, in the order of the workflows. */
export const plannedFiles = (pipeline: Pick<Pipeline, "files">): readonly string[] =>
  workflowNames.map(name => pipeline.files[name]).filter(file => file !== false);
