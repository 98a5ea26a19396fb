import { posix } from "node:path";
import picomatch from "picomatch";
import type { ConfigPath } from "../../../config/issues.ts";
import type { Pipeline } from "../../../config/pipeline.ts";
import type { RepositoryContents } from "../../../repository/contents.ts";
import { isWithin } from "../../../repository/dvc/paths.ts";
import type { DvcStage } from "../../../repository/dvc/project.ts";
import { dvcProject } from "../../../repository/dvc/project.ts";
import { findStages, pipelineAround, upstreamOf } from "../../../repository/dvc/stages.ts";
import { remembered } from "../../../repository/remembered.ts";
import type { CheckContext } from "../../check.ts";
import { defineCheck } from "../../check.ts";
import { inRoot } from "../../places.ts";

export const unmadeFile = defineCheck({
  id: "repository/unmade-file",
  severity: "error",
  summary: "The config names a file that nothing in the repository makes.",
  why: "A required artifact that is not there fails its job; a condition on a file that is never written never holds, so that nothing is promoted or retrained.",
  hint: "name a file that a stage or command of the workflows writes, or run the stage that writes it",
  examples: {
    bad: {
      "pipeline.config.yaml":
        "artifacts:\n  bundle: [{ path: models/baseline.joblib, required: true }]\n  nightly: [reports/drift_report.json]\n",
    },
    good: {
      "pipeline.config.yaml":
        "artifacts:\n  bundle: [{ path: models/model.joblib, required: true }]\n  nightly: [reports/drift_report.json]\n",
    },
  },
  check: (context, report) => {
    const { pipeline, repository, at, field } = context;
    // Without the stages that are meant, there is no saying what is made.
    if (!dvcProject(repository, pipeline.root)) return;
    const named = [...pipeline.dvc.stages.train, ...pipeline.dvc.stages.drift].map(name =>
      findStages(repository, pipeline.root, name),
    );
    if (named.some(stages => stages.length === 0)) return;
    const run = new Set(upstreamOf(repository, named.flat()));
    const { stages } = pipelineAround(repository, inRoot(pipeline, "dvc.yaml"));
    for (const { path, pattern, effect, severity } of wanted(pipeline)) {
      const full = inRoot(pipeline, pattern);
      if (isThere(repository, full) || [...run].some(stage => makes(stage, full))) continue;
      // A command that is told of it may write it.
      if (context.commands.some(({ text }) => text.includes(pattern))) continue;
      const maker = stages.find(stage => makes(stage, full));
      if (maker) {
        report(
          at(path),
          `${field(path)} names \`${pattern}\`, which only stage \`${maker.name}\` makes, and the workflows do not run it: ${effect}`,
          { severity, hint: `add \`${maker.name}\` to \`dvc.stages.train\`, or do not name the file` },
        );
      } else if (!isMentioned(context, full))
        report(
          at(path),
          `${field(path)} names \`${pattern}\`, which no stage has among its outputs and no file of the repository mentions: ${effect}`,
          { severity },
        );
    }
  },
});

interface Wanted {
  readonly path: ConfigPath;
  /** A file, folder or pattern, relative to `root`. */
  readonly pattern: string;
  /** What comes of its absence. */
  readonly effect: string;
  readonly severity: "error" | "warning";
}

const wanted = ({ files, artifacts, promote, nightly }: Pipeline): readonly Wanted[] => {
  const listed = (list: "bundle" | "nightly", what: string): readonly Wanted[] =>
    artifacts[list].flatMap(({ path, required }, index) => {
      // The gates of the promotion are added to the bundle, and are told of below.
      const isGate = promote && (path === promote.when.exists || path === promote.when.passed);
      if (isGate && !required) return [];
      const effect = required ? `the upload of ${what} fails` : `${what} is uploaded without it`;
      return [
        { path: ["artifacts", list, index], pattern: path, effect, severity: required ? "error" : "warning" } as const,
      ];
    });
  const gate = (name: "exists" | "passed", effect: string): readonly Wanted[] => {
    const pattern = promote === false ? false : promote.when[name];
    return pattern ? [{ path: ["promote", "when", name], pattern, effect, severity: "error" }] : [];
  };
  const { retrain } = nightly;
  return [
    ...(files.cd === false
      ? []
      : [
          ...listed("bundle", "the model bundle"),
          ...gate("exists", "nothing is ever promoted"),
          ...gate("passed", "nothing is ever built, deployed or promoted"),
          ...(promote && promote.evidence !== undefined
            ? [
                {
                  path: ["promote", "evidence"],
                  pattern: promote.evidence,
                  effect: "every promotion counts as failed",
                  severity: "error",
                } as const,
              ]
            : []),
        ]),
    ...(files.nightly === false
      ? []
      : [
          ...listed("nightly", "the nightly reports"),
          ...(retrain
            ? [
                {
                  path: ["nightly", "retrain", "trigger"],
                  pattern: retrain.trigger,
                  effect: "only the drift report can ask for a retraining",
                  severity: "warning",
                } as const,
              ]
            : []),
        ]),
  ];
};

const isThere = (repository: RepositoryContents, pattern: string): boolean => {
  if (!isGlob(pattern)) return repository.has(pattern);
  const matches = picomatch(pattern, { dot: true });
  return repository.files.some(file => matches(file));
};

const isGlob = (pattern: string): boolean => /[*?[{]/.test(pattern);

/** Whether an output is the file, is within what is named, or is a folder that holds it. */
const makes = ({ outs, isTemplated }: DvcStage, pattern: string): boolean => {
  if (isTemplated) return true;
  if (!isGlob(pattern))
    return outs.some(out => out.isTemplated || isWithin(out.path, pattern) || isWithin(pattern, out.path));
  const matches = picomatch(pattern, { dot: true });
  const start = posix.dirname(`${pattern.replace(/[*?[{].*$/s, "")}x`);
  return outs.some(out => out.isTemplated || matches(out.path) || isWithin(start, out.path));
};

/**
 * Whether a path is spoken of anywhere: in a command of the workflows, or in a file that a program of the repository may be or read.
 * A program may put names together, of which the first part, or the ending, is somewhere: its own name is looked for without both.
 */
const isMentioned = ({ commands, repository, pipeline: { root } }: CheckContext, pattern: string): boolean => {
  const base = posix.basename(isGlob(pattern) ? pattern.replace(/[*?[{].*$/s, "") : pattern);
  const stem = base.replace(/\..*$/, "");
  // A pattern such as `reports/**` says nothing that could be looked for.
  if (stem === "") return true;
  return (
    commands.some(({ text }) => text.includes(stem)) || programTexts(repository, root).some(text => text.includes(stem))
  );
};

const READ = /\.(?:py|ya?ml|json|toml|cfg|ini|sh|ipynb|R|jl)$/;

/** Files beyond which a repository is not searched: then nothing is said. */
const MOST_FILES = 5000;

const programTexts = remembered((repository, root): readonly string[] => {
  const files = repository.files.filter(
    file =>
      READ.test(file) &&
      (root === "." || isWithin(file, root)) &&
      // The config and the workflows speak of the files they want, and the lock of those that were made once.
      !/(?:^|\/)(?:pipeline\.config\.\w+|dvc\.lock|pipeline\.lock\.json)$|^\.github\//.test(file),
  );
  return files.length > MOST_FILES ? [""] : files.map(file => repository.text(file) ?? "");
});
