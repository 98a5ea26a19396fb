import type { Job } from "./workflow.ts";

/**
 * Whose machine a job runs on: `hosted` by GitHub, where nothing is but what the image has and the job brings; `own`: anything may be
 * there; `unknown`: an expression, or a label that either may have.
 */
export const runnerKind = ({ runsOn, node }: Job): "hosted" | "own" | "unknown" => {
  const labels = runsOn.map(({ literal }) => literal?.toLowerCase());
  if (labels.includes("self-hosted") || node.get("runs-on")?.get("group")) return "own";
  const [only] = labels;
  const isHosted = labels.length === 1 && only !== undefined && /^(?:ubuntu|windows|macos)-[\w.-]+$/.test(only);
  return isHosted ? "hosted" : "unknown";
};
