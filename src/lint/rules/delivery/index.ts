import type { Rule } from "../../rule.ts";
import { deployNotAwaited } from "./deploy-not-awaited.ts";
import { deployWithoutCapture } from "./deploy-without-capture.ts";
import { deployWithoutRollback } from "./deploy-without-rollback.ts";
import { emptySmokePayload } from "./empty-smoke-payload.ts";
import { gateAfterDeploy } from "./gate-after-deploy.ts";
import { gateAfterPublish } from "./gate-after-publish.ts";
import { missingArtifactUpload } from "./missing-artifact-upload.ts";
import { monitoringSkippedOnStale } from "./monitoring-skipped-on-stale.ts";
import { oldEcsDeploy } from "./old-ecs-deploy.ts";
import { promotionBeforeDeploy } from "./promotion-before-deploy.ts";
import { promotionWithoutProof } from "./promotion-without-proof.ts";
import { retrainRegardlessOfDrift } from "./retrain-regardless-of-drift.ts";
import { rollbackForOtherFailures } from "./rollback-for-other-failures.ts";
import { rollbackHidesFailure } from "./rollback-hides-failure.ts";
import { rollbackMissesCancellation } from "./rollback-misses-cancellation.ts";
import { rollbackNotVerified } from "./rollback-not-verified.ts";
import { sharedJobForDeploy } from "./shared-job-for-deploy.ts";
import { smokeTestCannotFail } from "./smoke-test-cannot-fail.ts";
import { smokeWithoutRetry } from "./smoke-without-retry.ts";
import { uploadLostOnFailure } from "./upload-lost-on-failure.ts";

/** The order and the safety of validating, deploying, rolling back and promoting. */
export const deliveryRules: readonly Rule[] = [
  gateAfterPublish,
  gateAfterDeploy,
  sharedJobForDeploy,
  deployWithoutCapture,
  deployWithoutRollback,
  deployNotAwaited,
  oldEcsDeploy,
  smokeTestCannotFail,
  smokeWithoutRetry,
  emptySmokePayload,
  rollbackForOtherFailures,
  rollbackMissesCancellation,
  rollbackNotVerified,
  rollbackHidesFailure,
  promotionBeforeDeploy,
  promotionWithoutProof,
  uploadLostOnFailure,
  monitoringSkippedOnStale,
  missingArtifactUpload,
  retrainRegardlessOfDrift,
];
