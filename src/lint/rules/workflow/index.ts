import type { Rule } from "../../rule.ts";
import { booleanComparedWithText } from "./boolean-compared-with-text.ts";
import { calledPermissions } from "./called-permissions.ts";
import { constantCondition } from "./constant-condition.ts";
import { deprecatedInput } from "./deprecated-input.ts";
import { duplicateArtifact } from "./duplicate-artifact.ts";
import { duplicateMatrixValue } from "./duplicate-matrix-value.ts";
import { emptySteps } from "./empty-steps.ts";
import { envName } from "./env-name.ts";
import { environmentName } from "./environment-name.ts";
import { expressionTooLong } from "./expression-too-long.ts";
import { filterConflict } from "./filter-conflict.ts";
import { invalidGlob } from "./invalid-glob.ts";
import { matrixExclude } from "./matrix-exclude.ts";
import { matrixTooLarge } from "./matrix-too-large.ts";
import { missingArtifact } from "./missing-artifact.ts";
import { missingInput } from "./missing-input.ts";
import { removedCommand } from "./removed-command.ts";
import { retiredAction } from "./retired-action.ts";
import { retiredRunner } from "./retired-runner.ts";
import { retiredRuntime } from "./retired-runtime.ts";
import { shellSyntax } from "./shell-syntax.ts";
import { textAroundExpression } from "./text-around-expression.ts";
import { tooManyInputs } from "./too-many-inputs.ts";
import { unknownAction } from "./unknown-action.ts";
import { unknownInput } from "./unknown-input.ts";
import { unknownJob } from "./unknown-job.ts";
import { unknownOutput } from "./unknown-output.ts";
import { unknownRunner } from "./unknown-runner.ts";
import { unknownShell } from "./unknown-shell.ts";
import { unknownStep } from "./unknown-step.ts";
import { unknownTimeZone } from "./unknown-time-zone.ts";
import { unknownWorkflow } from "./unknown-workflow.ts";

/** What GitHub refuses, or does otherwise than it reads, and its parser does not say. */
export const workflowRules: readonly Rule[] = [
  filterConflict,
  invalidGlob,
  unknownTimeZone,
  unknownWorkflow,
  tooManyInputs,
  retiredRunner,
  unknownRunner,
  emptySteps,
  matrixTooLarge,
  matrixExclude,
  duplicateMatrixValue,
  calledPermissions,
  environmentName,
  unknownJob,
  unknownStep,
  unknownOutput,
  expressionTooLong,
  textAroundExpression,
  constantCondition,
  booleanComparedWithText,
  unknownAction,
  unknownInput,
  missingInput,
  deprecatedInput,
  retiredAction,
  retiredRuntime,
  duplicateArtifact,
  missingArtifact,
  envName,
  unknownShell,
  shellSyntax,
  removedCommand,
];
