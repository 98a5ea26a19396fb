import type { Pipeline } from "../../src/config/pipeline.ts";
import type { Step } from "../../src/model/step.ts";
import { run } from "../../src/model/step.ts";
import promotionGate from "../scripts/promotion-gate.sh";

/** The gate on the age of the data. */
export const freshnessGate = ({ freshness }: Pipeline, workflow: "cd" | "nightly"): readonly Step[] =>
  freshness
    ? [
        run({
          id: "freshness",
          name: `Require data no older than ${freshness.maxAgeHours[workflow]} hours`,
          run: `${freshness.command} --max-age-hours ${freshness.maxAgeHours[workflow]} --fail-on-stale\n`,
        }),
      ]
    : [];

/** Fails when the validation did not pass; says whether there is something to promote. */
export const validationGate = ({ promote }: Pipeline) => {
  if (!promote) return undefined;
  const { exists, passed } = promote.when;
  return run({
    id: "gate",
    name: "Require a passed validation and decide on the promotion",
    env: { VALIDATION_REPORT: passed || "", REGISTRY_FILE: exists || "" },
    outputs: ["promote"],
    run: promotionGate,
  });
};

/** The same gate where nothing is promoted from. */
export const retrainedGate = ({ promote }: Pipeline): readonly Step[] => {
  const report = promote ? promote.when.passed : false;
  return report
    ? [
        run({
          id: "gate",
          name: "Require a passed validation",
          env: { VALIDATION_REPORT: report },
          run: promotionGate,
        }),
      ]
    : [];
};
