import type { Check } from "../../check.ts";
import { exposedPort } from "./exposed-port.ts";
import { invalidPayload } from "./invalid-payload.ts";
import { missingContext } from "./missing-context.ts";
import { missingCopySource } from "./missing-copy-source.ts";
import { missingDockerfile } from "./missing-dockerfile.ts";
import { missingPayload } from "./missing-payload.ts";
import { missingRoute } from "./missing-route.ts";
import { modelNotInImage } from "./model-not-in-image.ts";
import { serviceNeedsModel } from "./service-needs-model.ts";

/** Whether the images can be built, hold what they need, and answer the smoke test. */
export const imageChecks: readonly Check[] = [
  missingDockerfile,
  missingContext,
  missingCopySource,
  modelNotInImage,
  serviceNeedsModel,
  exposedPort,
  missingRoute,
  missingPayload,
  invalidPayload,
];
