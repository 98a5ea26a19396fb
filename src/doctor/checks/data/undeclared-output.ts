import { posix } from "node:path";
import type { Pipeline } from "../../../config/pipeline.ts";
import { isWithin } from "../../../repository/dvc/paths.ts";
import { pipelineAround } from "../../../repository/dvc/stages.ts";
import type { Spot } from "../../../repository/source-problem.ts";
import { defineCheck } from "../../check.ts";
import { inRoot } from "../../places.ts";
import { mainFile, stagesRun } from "./stages-run.ts";
import { isOfStage, touched } from "./touched.ts";

export const undeclaredOutput = defineCheck({
  id: "repository/undeclared-output",
  severity: "warning",
  summary: "A stage writes a file that others need, and does not declare it among its `outs`.",
  why: "DVC restores and keeps only what is declared: whenever it skips the stage, or takes its outputs from the cache, the file is not there.",
  hint: "add it to the `outs` of the stage",
  reference: "https://doc.dvc.org/user-guide/project-structure/dvcyaml-files#stages",
  examples: {
    bad: {
      "dvc.yaml":
        "stages:\n  fit:\n    cmd: python -m demo.fit --config configs/demo.yaml\n    deps: [configs/demo.yaml, data/raw/loans.csv]\n    outs: [models/model.joblib, reports/metrics.json]\n  validate_model:\n    cmd: python -m demo.validate\n    deps: [models/model.joblib, reports/metrics.json]\n    outs: [reports/post_training_validation.json]\n  monitor_drift:\n    cmd: python -m demo.drift\n    deps: [data/raw/loans.csv]\n    outs: [reports/drift_report.json]\n",
    },
    good: {},
  },
  check: (context, report) => {
    const { pipeline, repository, commands, field } = context;
    const { producersOf, isComplete } = pipelineAround(repository, mainFile(context));
    const run = stagesRun(context);
    const writes = touched(commands, repository, "write").filter(({ isFolder }) => !isFolder);
    const reads = touched(commands, repository, "read").filter(({ isConditional }) => !isConditional);
    const told = new Set<string>();
    for (const { path, use, cause } of writes) {
      const stage = run.find(one => isOfStage(use, one));
      if (!stage || told.has(path) || repository.has(path)) continue;
      if (!isComplete || producersOf(path).length > 0) continue;
      // What another command of the same workflow writes anew is there.
      if (writes.some(other => other.path === path && other.use.source.kind === "field")) continue;
      const wanted = namedIn(pipeline).find(one => isWithin(path, inRoot(pipeline, one.path)));
      const reader = reads.find(read => read.path === path && read.use.title !== use.title);
      if (!wanted && !reader) continue;
      told.add(path);
      const user = wanted ? field(wanted.field) : (reader as (typeof reads)[number]).use.title;
      report(
        stage.spot,
        `stage \`${stage.name}\` writes ${path} (${shown(cause)}), which ${user} needs, without declaring it: whenever DVC skips or restores the stage, it is not there`,
        { hint: `add \`${posix.relative(stage.folder, path)}\` to the \`outs\` of \`${stage.name}\`` },
      );
    }
  },
});

/** Files that the workflows look for. */
const namedIn = ({ artifacts, promote, nightly, files }: Pipeline) => [
  ...(files.cd === false
    ? []
    : [
        ...(promote !== false && promote.when.exists
          ? [{ path: promote.when.exists, field: ["promote", "when", "exists"] }]
          : []),
        ...(promote !== false && promote.when.passed
          ? [{ path: promote.when.passed, field: ["promote", "when", "passed"] }]
          : []),
        ...artifacts.bundle.map(({ path }, index) => ({ path, field: ["artifacts", "bundle", index] })),
      ]),
  ...(files.nightly === false
    ? []
    : [
        ...(nightly.retrain ? [{ path: nightly.retrain.trigger, field: ["nightly", "retrain", "trigger"] }] : []),
        ...artifacts.nightly.map(({ path }, index) => ({ path, field: ["artifacts", "nightly", index] })),
      ]),
];

const shown = ({ file, line }: Spot): string => (line === undefined ? file : `${file}:${line}`);
