import type { KnownAction, known } from "../known.ts";
import { attest } from "./attest.ts";
import { buildPush } from "./build-push.ts";
import { cache, cacheRestore, cacheSave } from "./cache.ts";
import { checkout } from "./checkout.ts";
import { configureAwsCredentials } from "./configure-aws-credentials.ts";
import { downloadArtifact } from "./download-artifact.ts";
import { ecsDeploy } from "./ecs-deploy.ts";
import { ecsRender } from "./ecs-render.ts";
import { login } from "./login.ts";
import { setupBuildx } from "./setup-buildx.ts";
import { setupNode } from "./setup-node.ts";
import { setupPython } from "./setup-python.ts";
import { setupQemu } from "./setup-qemu.ts";
import { setupUv } from "./setup-uv.ts";
import type { StandIn } from "./stand-in.ts";
import { uploadArtifact } from "./upload-artifact.ts";

/** The stand-in of each action. The type holds it to the list: a post step where the list says so, and nowhere else. */
export const standIns: {
  readonly [Name in KnownAction]: (typeof known)[Name]["post"] extends true
    ? Required<StandIn>
    : StandIn & { readonly post?: never };
} = {
  "actions/attest": attest,
  "actions/cache": cache,
  "actions/cache/restore": cacheRestore,
  "actions/cache/save": cacheSave,
  "actions/checkout": checkout,
  "actions/download-artifact": downloadArtifact,
  "actions/setup-node": setupNode,
  "actions/setup-python": setupPython,
  "actions/upload-artifact": uploadArtifact,
  "astral-sh/setup-uv": setupUv,
  "aws-actions/amazon-ecs-deploy-task-definition": ecsDeploy,
  "aws-actions/amazon-ecs-render-task-definition": ecsRender,
  "aws-actions/configure-aws-credentials": configureAwsCredentials,
  "docker/build-push-action": buildPush,
  "docker/login-action": login,
  "docker/setup-buildx-action": setupBuildx,
  "docker/setup-qemu-action": setupQemu,
};
