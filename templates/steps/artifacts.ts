import type { Artifact, Pipeline } from "../../src/config/pipeline.ts";
import { all, cancelled, jobStatus, not, runner, text, unequal } from "../../src/model/expression.ts";
import type { Step } from "../../src/model/step.ts";
import { run, uses } from "../../src/model/step.ts";
import collectArtifacts from "../scripts/collect-artifacts.sh";
import { inRoot } from "./values.ts";

export const bundleName = ({ name }: Pipeline): string => `${name}-model-bundle`;

/** Files kept for later jobs and for people, also when a gate failed: that is when they are needed most. */
export const upload = (
  pipeline: Pipeline,
  { artifact, what, files }: { readonly artifact: string; readonly what: string; readonly files: readonly Artifact[] },
): readonly Step[] => {
  const folder = text`${runner("temp")}/${artifact}`;
  const collect = run({
    id: "collect",
    name: `Collect the ${what}`,
    comment: "Kept whatever happened: a failed gate is when these files are needed most.",
    if: not(cancelled),
    env: {
      ARTIFACTS: files.map(({ path, required }) => `${required ? "required" : "optional"} ${path}`).join("\n"),
      DESTINATION: folder,
      JOB_STATUS: jobStatus,
    },
    outputs: ["files"],
    run: collectArtifacts,
  });
  return [
    collect,
    uses("actions/upload-artifact", {
      id: "upload",
      name: `Upload the ${what}`,
      if: all(not(cancelled), unequal(collect.outputs.files, "0")),
      with: {
        name: artifact,
        path: folder,
        "if-no-files-found": "warn",
        "retention-days": pipeline.artifacts.retentionDays,
        overwrite: true,
      },
    }),
  ];
};

/** The model bundle of this run, where the training left it. */
export const downloadBundle = (pipeline: Pipeline): Step =>
  uses("actions/download-artifact", {
    id: "bundle",
    name: "Download the model bundle of this run",
    with: { name: bundleName(pipeline), path: inRoot(pipeline, ".") },
  });
