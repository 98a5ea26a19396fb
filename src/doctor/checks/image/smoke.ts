import type { ConfigPath } from "../../../config/issues.ts";
import type { Smoke } from "../../../config/pipeline.ts";
import type { Spot } from "../../../repository/source-problem.ts";
import type { CheckContext } from "../../check.ts";
import { inRoot } from "../../places.ts";

/** The smoke test of cd, if it has one. */
export const smokeOf = ({ pipeline }: CheckContext): Smoke | undefined =>
  pipeline.files.cd !== false && pipeline.deploy && pipeline.deploy.smoke ? pipeline.deploy.smoke : undefined;

export const PAYLOAD: ConfigPath = ["deploy", "smoke", "predict", "payload"];

/** The file that the smoke test sends; absent where the config holds the request itself, or the job has steps of the team's own. */
export const payloadFile = (
  context: CheckContext,
): { readonly file: string; readonly path: ConfigPath; readonly spot: Spot } | undefined => {
  const payload = smokeOf(context)?.predict.payload;
  if (typeof payload !== "string" || Object.hasOwn(context.pipeline.extend.cd, "deploy")) return undefined;
  return { file: inRoot(context.pipeline, payload), path: PAYLOAD, spot: context.at(PAYLOAD) };
};
