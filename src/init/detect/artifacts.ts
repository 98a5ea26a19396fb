import { posix } from "node:path";
import type { DvcStage, StagePath } from "../../repository/dvc/project.ts";
import { upstreamOf } from "../../repository/dvc/stages.ts";
import { decide, type Findings, findings, leaveOpen } from "../proposal.ts";
import type { Evidence } from "./evidence.ts";
import { inProject, wordsOf } from "./evidence.ts";
import type { Roles, Target } from "./stages.ts";
import { isModel, measures } from "./stages.ts";

/** A file of an artifact as a config has it: text is what may be absent. */
type Artifact = string | { readonly path: string; readonly required: true };

/** What the stages leave that is worth keeping. */
export interface Products {
  readonly models: readonly string[];
  readonly bundle: readonly Artifact[];
  readonly drift: readonly Artifact[];
  /** The report that says whether the model passed its validation. */
  readonly validation: string | undefined;
}

/** Files that tell something of a model, not the data it was made of. */
const REPORT = /\.(?:json|ya?ml|html|md|txt|png|svg|pdf)$/;
const DATA = /^(?:.*\/)?data(?:sets?)?(?:\/|$)|\.(?:parquet|csv|feather|arrow|npy|npz|tsv)$/;

export const productsOf = ({ repository, folder }: Evidence, roles: Roles): Products => {
  const outsOf = (targets: readonly Target[]) =>
    upstreamOf(
      repository,
      targets.flatMap(({ stages }) => stages),
    )
      .toReversed()
      .flatMap(stage => known(stage, folder));
  const trained = outsOf(roles.train);
  const models = [...new Set(trained.filter(({ out }) => isModel(out)).map(({ path }) => asPattern(path)))];
  const reports = trained.filter(({ out }) => !isModel(out) && isReport(out));
  // What the last stages write decides on the delivery; what earlier ones write explains it.
  const last = new Set(roles.train.flatMap(({ stages }) => stages));
  const validation = reports.find(
    ({ path, out, stage }) =>
      last.has(stage) && /\.json$/.test(path) && wordsOf(posix.basename(out.path)).some(word => /^valid/.test(word)),
  )?.path;
  const artifact = ({ path, out, stage }: Known): Artifact => {
    const pattern = asPattern(path);
    const isRequired = last.has(stage) && pattern === path && !/\.(?:html|md|png|svg|pdf|txt)$/.test(path);
    return isRequired || measures(out) ? { path: pattern, required: true } : pattern;
  };
  return {
    models,
    bundle: unique([...models.map(path => ({ path, required: true }) as const), ...reports.map(artifact)]),
    drift: unique(
      outsOf(roles.drift)
        .filter(({ out }) => isReport(out) && !isModel(out))
        .map(({ path }) => asPattern(path)),
    ),
    validation,
  };
};

/** What cd hands on, and nightly keeps. */
export const detectArtifacts = (
  products: Products,
  more: { readonly bundle: readonly Artifact[]; readonly nightly: readonly Artifact[] },
): Findings => {
  const bundle = unique([...products.bundle, ...more.bundle]);
  const nightly = unique([...more.nightly, ...products.drift]);
  return findings(
    bundle.length > 0
      ? decide(["artifacts", "bundle"], bundle, "the bundle is what the training stages write, without the data")
      : leaveOpen(
          "artifacts.bundle",
          "no stage is known to write a model or a report",
          "list the files that belong to a model in `artifacts.bundle`",
        ),
    nightly.length > 0
      ? decide(["artifacts", "nightly"], nightly, "nightly keeps what the drift stages and the monitoring write")
      : bundle.length > 0
        ? decide(["artifacts", "nightly"], bundle, "nothing measures drift, so nightly keeps the bundle")
        : {},
  );
};

interface Known {
  readonly stage: DvcStage;
  readonly out: StagePath;
  readonly path: string;
}

const known = (stage: DvcStage, folder: string): readonly Known[] =>
  stage.outs.flatMap(out => {
    const path = out.isTemplated ? undefined : inProject(folder, out.path);
    return path === undefined ? [] : [{ stage, out, path }];
  });

const isReport = ({ path, kind }: StagePath): boolean =>
  kind === "metric" ||
  kind === "plot" ||
  (!DATA.test(path) && (REPORT.test(path) || !/\.[^/.]+$/.test(path)) && !/(?:^|\/)mlruns(?:\/|$)/.test(path));

/** A folder as a pattern that matches what is in it. */
const asPattern = (path: string): string => (/\.[^/.]+$/.test(path) ? path : `${path}/**`);

const unique = (artifacts: readonly Artifact[]): readonly Artifact[] => {
  const pathOf = (artifact: Artifact) => (typeof artifact === "string" ? artifact : artifact.path);
  return artifacts.filter(
    (artifact, index) => artifacts.findIndex(other => pathOf(other) === pathOf(artifact)) === index,
  );
};
