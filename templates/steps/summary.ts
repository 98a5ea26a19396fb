import type { Pipeline } from "../../src/config/pipeline.ts";
import type { Condition } from "../../src/model/expression.ts";
import { cancelled, not } from "../../src/model/expression.ts";
import { run } from "../../src/model/step.ts";
import trainSummaryScript from "../scripts/train-summary.sh";

/** Metrics, validation and freshness on the run's page. */
export const trainSummary = (
  { artifacts, promote, freshness }: Pipeline,
  condition: Condition<"jobs.<job_id>.steps.if"> = not(cancelled),
) =>
  run({
    id: "summary",
    name: "Summarise the model",
    if: condition,
    env: {
      METRICS_FILE: artifacts.bundle.find(({ path }) => /(^|[/_-])metrics\.json$/.test(path))?.path ?? "",
      VALIDATION_REPORT: promote ? promote.when.passed || "" : "",
      FRESHNESS_REPORT: freshness ? freshness.report : "",
    },
    run: trainSummaryScript,
  });
