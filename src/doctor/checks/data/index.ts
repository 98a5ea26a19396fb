import type { Check } from "../../check.ts";
import { crlfLock } from "./crlf-lock.ts";
import { duplicateOutput } from "./duplicate-output.ts";
import { hiddenDvcFile } from "./hidden-dvc-file.ts";
import { missingDvcYaml } from "./missing-dvc-yaml.ts";
import { missingLock } from "./missing-lock.ts";
import { missingStage } from "./missing-stage.ts";
import { noDefaultRemote } from "./no-default-remote.ts";
import { orphanDependency } from "./orphan-dependency.ts";
import { stageCycle } from "./stage-cycle.ts";
import { undeclaredOutput } from "./undeclared-output.ts";
import { unpulledData } from "./unpulled-data.ts";
import { workflowDependency } from "./workflow-dependency.ts";

/** Whether the stages and the data are there that the workflows reproduce. */
export const dataChecks: readonly Check[] = [
  missingDvcYaml,
  missingStage,
  stageCycle,
  duplicateOutput,
  orphanDependency,
  undeclaredOutput,
  hiddenDvcFile,
  crlfLock,
  unpulledData,
  noDefaultRemote,
  missingLock,
  workflowDependency,
];
