import type { Dvc, Pipeline } from "../../src/config/pipeline.ts";
import type { Condition, Value } from "../../src/model/expression.ts";
import { all, cancelled, hashFiles, not, runner, text, unequal } from "../../src/model/expression.ts";
import type { Step } from "../../src/model/step.ts";
import { run, uses } from "../../src/model/step.ts";
import dvcDryRun from "../scripts/dvc-dry-run.sh";
import dvcPull from "../scripts/dvc-pull.sh";
import dvcPush from "../scripts/dvc-push.sh";
import dvcRemote from "../scripts/dvc-remote.sh";
import dvcRepro from "../scripts/dvc-repro.sh";
import { mlflowEnv } from "./mlflow.ts";
import { fromConfig, inRoot } from "./values.ts";

type StepCondition = Condition<"jobs.<job_id>.steps.if">;

/** Every stage a pipeline runs, each once. */
export const stagesOf = ({ stages }: Dvc): readonly string[] => [...new Set([...stages.train, ...stages.drift])];

const targets = (stages: readonly string[]): string => stages.join(" ");

/** Proof without data that the pipeline is reproducible. */
export const dryRun = ({ dvc }: Pipeline, condition: StepCondition) =>
  run({
    id: "dvc",
    name: "Check that the DVC pipeline is reproducible",
    comment: "Without data: a stage that would run, or needs data that is not here, is no failure; a broken graph is.",
    if: condition,
    env: { TARGETS: targets(stagesOf(dvc)), STALE_LOCK: dvc.staleLock },
    run: dvcDryRun,
  });

/** The data the stages need, from the remote. The credentials reach the steps that call DVC, and no action. */
export const pull = ({ dvc }: Pipeline): readonly Step[] => {
  const { remote } = dvc;
  if (!remote) return [];
  return [
    run({
      id: "dvc-remote",
      name: "Connect to the DVC remote",
      comment: "Every value is masked before anything else happens; only names on an allow-list are taken.",
      env: {
        REMOTE_NAME: remote.name,
        DVC_REMOTE_URL: fromConfig(remote.url),
        ...(remote.credentials && { DVC_REMOTE_CREDENTIALS: fromConfig(remote.credentials) }),
      },
      run: dvcRemote,
    }),
    run({ id: "pull", name: "Pull the data", env: { TARGETS: targets(stagesOf(dvc)) }, run: dvcPull }),
  ];
};

interface Repro {
  readonly id: string;
  readonly name: string;
  readonly comment?: string;
  readonly stages: Value<"jobs.<job_id>.steps.env"> | readonly string[];
  readonly force: Value<"jobs.<job_id>.steps.env">;
}

/** One call of `dvc repro`: two forced calls would run the stages they share twice, and compare different splits. */
export const repro = (pipeline: Pipeline, { stages, force, ...fields }: Repro) =>
  run({
    ...fields,
    env: {
      TARGETS: Array.isArray(stages) ? targets(stages) : (stages as Value<"jobs.<job_id>.steps.env">),
      FORCE: force,
      ...mlflowEnv(pipeline),
    },
    run: dvcRepro,
  });

/** Results back to the remote, so that the next run need not repeat them. */
export const push = ({ dvc }: Pipeline): readonly Step[] =>
  dvc.push && dvc.remote
    ? [
        run({
          id: "push",
          name: "Push the results to the DVC remote",
          env: { TARGETS: targets(stagesOf(dvc)) },
          run: dvcPush,
        }),
      ]
    : [];

/** The DVC cache of earlier runs; it is addressed by content, so that an older one only saves less. */
export const dvcCache = (pipeline: Pipeline) => {
  // Without the run cache, which restores the declared outputs of a stage alone.
  const path = inRoot(pipeline, ".dvc/cache/files");
  const prefix = text`dvc-${pipeline.name}-${runner("os")}-`;
  const key = text`dvc-${pipeline.name}-${runner("os")}-${hashFiles(inRoot(pipeline, "**/dvc.lock"), inRoot(pipeline, "**/*.dvc"))}`;
  return {
    restore: uses("actions/cache/restore", {
      id: "restore-dvc",
      name: "Restore the DVC cache",
      with: { path, key, "restore-keys": prefix },
    }),
    save: uses("actions/cache/save", {
      id: "save-dvc",
      name: "Save the DVC cache",
      if: all(not(cancelled), unequal(hashFiles(inRoot(pipeline, ".dvc/cache/files/**")), "")),
      with: { path, key },
    }),
  };
};
