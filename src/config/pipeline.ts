import type { ParsedPipeline } from "./schema.ts";
import type { Value } from "./values.ts";

type Of<T> = Exclude<T, false | undefined>;

/** A gate of ci: a named command, in the order in which the gates run. */
export interface Check {
  readonly id: string;
  readonly name: string;
  readonly command: string;
  /** Reported, does not fail the job. */
  readonly advisory: boolean;
}

/** A file or pattern of an artifact; `required` ones fail the job when absent. */
export interface Artifact {
  readonly path: string;
  readonly required: boolean;
}

export interface Image extends Omit<ParsedPipeline["images"][number], "include"> {
  readonly include: readonly string[];
}

export interface Deploy extends Omit<Of<ParsedPipeline["deploy"]>, "container"> {
  readonly container: string;
}

/** Where a job runs: labels, or a group of runners. */
export interface Runner {
  readonly labels: readonly string[];
  readonly group?: string;
}

/**
 * One pipeline with every default filled in, also those that depend on another field, and every shorthand written out.
 * The templates read this and nothing else.
 */
export interface Pipeline
  extends Omit<
    ParsedPipeline,
    "runners" | "python" | "checks" | "dvc" | "images" | "deploy" | "artifacts" | "timeouts"
  > {
  /** True when the config holds several pipelines: each is then triggered by changes below its own `root` only. */
  readonly oneOfSeveral: boolean;
  /** The config file, relative to the repository root. */
  readonly configFile: string;
  /** The lock file of the action pins, relative to the repository root. */
  readonly lockFile: string;
  readonly runners: Readonly<Record<"ci" | "cd" | "nightly", Runner>> & {
    readonly allowSelfHostedPullRequests: boolean;
  };
  readonly python: ParsedPipeline["python"] & { readonly install: readonly string[] };
  readonly checks: readonly Check[];
  readonly dvc: Omit<ParsedPipeline["dvc"], "stages"> & {
    readonly stages: Readonly<Record<"train" | "drift", readonly string[]>>;
  };
  readonly images: readonly Image[];
  readonly deploy: Deploy | false;
  readonly artifacts: {
    readonly retentionDays: number;
    readonly bundle: readonly Artifact[];
    readonly nightly: readonly Artifact[];
  };
  readonly timeouts: ParsedPipeline["timeouts"] & { readonly deploy: number };
}

export type Dvc = Pipeline["dvc"];
export type Smoke = Of<Deploy["smoke"]>;
export type Promote = Of<Pipeline["promote"]>;
export type Monitor = Of<Pipeline["nightly"]["monitor"]>;
export type Retrain = Of<Pipeline["nightly"]["retrain"]>;
export type Notify = Of<Pipeline["notify"]>;
export type { Value };
