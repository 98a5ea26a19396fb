import { posix } from "node:path";
import { dvcPlaces } from "../../repository/dvc/files.ts";
import { isWithin } from "../../repository/dvc/paths.ts";
import type { DvcStage, StagePath } from "../../repository/dvc/project.ts";
import { dvcProject } from "../../repository/dvc/project.ts";
import { upstreamOf } from "../../repository/dvc/stages.ts";
import { decide, type Findings, findings, leaveOpen } from "../proposal.ts";
import type { Evidence } from "./evidence.ts";
import { inProject, quotedList, wordsOf } from "./evidence.ts";

/** The stages of a project by their part in it. */
export interface Roles {
  readonly train: readonly Target[];
  readonly drift: readonly Target[];
  readonly all: readonly Target[];
  /** Why those are the ones that train. */
  readonly reason: string;
}

/** A stage, or a group of them, as `dvc repro` takes it. */
export interface Target {
  readonly address: string;
  readonly stages: readonly DvcStage[];
}

/** Every stage and group of a project, in the order of their files. */
export const targetsOf = ({ repository, folder }: Pick<Evidence, "repository" | "folder">): readonly Target[] => {
  const targets = new Map<string, DvcStage[]>();
  for (const place of dvcPlaces(repository)
    .projects.filter(place => isWithin(place, folder))
    .sort()) {
    // A stage of another file is named by its file.
    const prefix = place === folder ? "" : `${inProject(folder, place)}/dvc.yaml:`;
    for (const stage of dvcProject(repository, place)?.stages ?? []) {
      const address = `${prefix}${stage.group ?? stage.name}`;
      targets.set(address, [...(targets.get(address) ?? []), stage]);
    }
  }
  return [...targets].map(([address, stages]) => ({ address, stages }));
};

/** For a project in which no stage tells by its name or outputs what it does. */
const LAST = "are what no other stage builds upon";

const isLast = (target: Target, all: readonly Target[]): boolean =>
  !all.some(
    other =>
      other !== target &&
      other.stages.some(({ deps }) =>
        deps.some(dep =>
          target.stages.some(({ outs }) =>
            outs.some(out => isWithin(dep.path, out.path) || isWithin(out.path, dep.path)),
          ),
        ),
      ),
  );

/** Which stages make and validate the model, and which measure drift. */
export const rolesOf = (evidence: Evidence): Roles => {
  const { repository, handRun } = evidence;
  const all = targetsOf(evidence);
  const named = (addresses: readonly string[]) => all.filter(({ address }) => addresses.includes(address));
  const drift = handRun.drift.length > 0 ? named(handRun.drift) : all.filter(isDrift);
  const others = all.filter(target => !drift.includes(target) && !acts(target));
  const makers = others.filter(makesModel);
  const after = (target: Target) => {
    const before = upstreamOf(repository, target.stages);
    return makers.some(maker => maker !== target && maker.stages.some(stage => before.includes(stage)));
  };
  const candidates: readonly (readonly [readonly Target[], string])[] = [
    [named(handRun.train).filter(target => !drift.includes(target)), "are what the hand-written workflows run"],
    [others.filter(target => hasWord(target, VALIDATES) && after(target)), "validate the model"],
    [others.filter(target => hasWord(target, EVALUATES) && after(target)), "evaluate the model"],
    [makers, "make the model"],
    [others.filter(target => isLast(target, others)), LAST],
  ];
  const [found, reason] = candidates.find(([targets]) => targets.length > 0) ?? [[], ""];
  const reached = new Set(
    upstreamOf(
      repository,
      found.flatMap(({ stages }) => stages),
    ),
  );
  // The metrics of the model belong to it, also where the validation does not ask for them.
  const measuring = others.filter(
    target =>
      found.length > 0 &&
      !target.stages.some(stage => reached.has(stage)) &&
      after(target) &&
      target.stages.some(({ outs }) => outs.some(measures)),
  );
  return {
    train: all.filter(target => found.includes(target) || measuring.includes(target)),
    drift,
    all,
    reason:
      measuring.length > 0
        ? `${quotedList(found.map(({ address }) => address))} ${sentence(reason, found.length)}, ${quotedList(measuring.map(({ address }) => address))} ${measuring.length > 1 ? "make" : "makes"} its metrics`
        : `${quotedList(found.map(({ address }) => address))} ${sentence(reason, found.length)}`,
  };
};

const sentence = (plural: string, count: number): string =>
  count > 1 ? plural : plural.replace(/^are /, "is ").replace(/^(validate|evaluate|make)\b/, "$1s");

export const detectStages = (roles: Roles): Findings => {
  const { train, drift, all, reason } = roles;
  const one = (targets: readonly Target[]) => {
    const [first, ...rest] = targets.map(({ address }) => address);
    return rest.length === 0 ? first : [first, ...rest];
  };
  if (all.length === 0)
    return findings(
      leaveOpen(
        "dvc.stages",
        "there is no `dvc.yaml` with stages",
        "define a stage that ends in a validated model, and name it in `dvc.stages.train` unless it is called `validate_model`",
      ),
      decide(["dvc", "stages", "drift"], false, "there is no `dvc.yaml` with stages"),
    );
  const [spot] = train.flatMap(({ stages }) => stages.map(stage => stage.spot));
  return findings(
    train.length > 0
      ? findings(
          decide(["dvc", "stages", "train"], one(train), reason, spot),
          ...(reason.includes("builds upon") || reason.includes("build upon")
            ? [
                leaveOpen(
                  "dvc.stages.train",
                  "no stage is known to make or validate a model, so the last ones are taken",
                  "set `dvc.stages.train` to the stages that end in a validated model",
                ),
              ]
            : []),
        )
      : leaveOpen(
          "dvc.stages.train",
          `none of the stages ${quotedList(all.map(({ address }) => address).slice(0, 8))} is known to make or validate a model`,
          "set `dvc.stages.train` to the stages that end in a validated model",
        ),
    drift.length > 0
      ? decide(
          ["dvc", "stages", "drift"],
          one(drift),
          `${quotedList(drift.map(({ address }) => address))} ${drift.length > 1 ? "measure" : "measures"} drift`,
          drift[0]?.stages[0]?.spot,
        )
      : decide(["dvc", "stages", "drift"], false, "no stage measures drift"),
  );
};

const VALIDATES: ReadonlySet<string> = new Set(["validate", "validation", "validates", "gate", "verify"]);
const EVALUATES: ReadonlySet<string> = new Set([
  ...["evaluate", "evaluation", "eval", "test", "score", "metrics", "measure", "assess"],
]);
const MAKES: ReadonlySet<string> = new Set(["train", "fit", "training", "retrain", "finetune", "learn"]);
const DRIFTS: ReadonlySet<string> = new Set(["drift", "monitor", "monitoring", "psi"]);
/** What has effects outside of the repository, or comes after a delivery. */
const ACTS: ReadonlySet<string> = new Set(
  "register promote promotion publish deploy deployment release canary manifest push upload notify".split(" "),
);

const hasWord = ({ address }: Target, words: ReadonlySet<string>): boolean =>
  wordsOf(address.replace(/^.*:/, "")).some(word => words.has(word));

const acts = (target: Target): boolean => hasWord(target, ACTS);

const isDrift = (target: Target): boolean =>
  !acts(target) &&
  (hasWord(target, DRIFTS) ||
    target.stages.some(({ outs }) => outs.some(({ path }) => wordsOf(posix.basename(path)).includes("drift"))));

const makesModel = (target: Target): boolean =>
  target.stages.some(({ outs }) => outs.some(isModel)) || (hasWord(target, MAKES) && !hasWord(target, EVALUATES));

/** Whether an output holds the metrics of a model. */
export const measures = ({ kind, path }: StagePath): boolean =>
  kind === "metric" || /^metrics\.(?:json|ya?ml)$/.test(posix.basename(path));

/** Endings of files in which libraries keep a fitted model. */
const MODEL = /\.(?:joblib|pkl|pickle|onnx|pt|pth|h5|keras|cbm|ubj|safetensors|skops|model|pmml|mojo|bst)$/;

/** Whether an output is a fitted model, or the folder of one. */
export const isModel = ({ path, kind }: StagePath): boolean =>
  kind === "out" &&
  (MODEL.test(path) || /(?:^|\/)models?(?:\/|$)/.test(path)) &&
  !/scaler|encoder|split|feature|metric|report|valid/.test(posix.basename(path));
