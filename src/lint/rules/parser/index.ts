import type { Rule } from "../../rule.ts";
import { backgroundSteps } from "./background-steps.ts";
import { calledWorkflow } from "./called-workflow.ts";
import { concurrencyDeadlock } from "./concurrency-deadlock.ts";
import { contextNotAvailable } from "./context-not-available.ts";
import { cron } from "./cron.ts";
import { cronTooFrequent } from "./cron-too-frequent.ts";
import { dispatchInputs } from "./dispatch-inputs.ts";
import { duplicateId } from "./duplicate-id.ts";
import { duplicateKey } from "./duplicate-key.ts";
import { emptyFile } from "./empty-file.ts";
import { expressionNotAllowed } from "./expression-not-allowed.ts";
import { expressionSyntax } from "./expression-syntax.ts";
import { expressionTooDeep } from "./expression-too-deep.ts";
import { fileTooLarge } from "./file-too-large.ts";
import { formatString } from "./format-string.ts";
import { functionArguments } from "./function-arguments.ts";
import { functionNotAvailable } from "./function-not-available.ts";
import { invalidId } from "./invalid-id.ts";
import { missingKey } from "./missing-key.ts";
import { needsCycle } from "./needs-cycle.ts";
import { notAWorkflow } from "./not-a-workflow.ts";
import { notText } from "./not-text.ts";
import { queueWithCancel } from "./queue-with-cancel.ts";
import { tooDeep } from "./too-deep.ts";
import { tooManyAliases } from "./too-many-aliases.ts";
import { unknownContext } from "./unknown-context.ts";
import { unknownFunction } from "./unknown-function.ts";
import { unknownKey } from "./unknown-key.ts";
import { unknownNeed } from "./unknown-need.ts";
import { unknownProperty } from "./unknown-property.ts";
import { unknownValue } from "./unknown-value.ts";
import { usesFormat } from "./uses-format.ts";
import { valueType } from "./value-type.ts";
import { yamlSyntax } from "./yaml-syntax.ts";

/** What GitHub's own parser and language service know, and what they cannot be asked about. */
export const parserRules: readonly Rule[] = [
  notText,
  fileTooLarge,
  tooDeep,
  emptyFile,
  tooManyAliases,
  notAWorkflow,
  yamlSyntax,
  expressionNotAllowed,
  unknownKey,
  unknownValue,
  duplicateKey,
  missingKey,
  dispatchInputs,
  valueType,
  expressionSyntax,
  unknownContext,
  contextNotAvailable,
  unknownFunction,
  functionNotAvailable,
  functionArguments,
  expressionTooDeep,
  formatString,
  unknownProperty,
  invalidId,
  duplicateId,
  unknownNeed,
  needsCycle,
  cron,
  cronTooFrequent,
  usesFormat,
  calledWorkflow,
  concurrencyDeadlock,
  queueWithCancel,
  backgroundSteps,
];
