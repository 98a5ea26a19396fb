import { deploymentsOf, momentAfter } from "../../delivery.ts";
import { wouldRun } from "../../moments.ts";
import { defineRule } from "../../rule.ts";
import { capture, deploy, deployJob, rollback, smoke } from "./example.ts";

export const rollbackMissesCancellation = defineRule({
  id: "pipeline/rollback-misses-cancellation",
  severity: "warning",
  summary: "A rollback does not run when the workflow is cancelled in the middle of a deployment.",
  why: "`failure()` is false in a cancelled run, and a job that runs into its `timeout-minutes` is cancelled too. Whoever cancels a smoke test that hangs leaves the version it was about to refuse.",
  hint: "write `(failure() || cancelled())` in place of `failure()`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/expressions#cancelled",
  examples: {
    kind: "job",
    bad: deployJob(
      capture,
      deploy,
      smoke,
      rollback.replace(/if: .*/, "if: failure() && steps.deploy.outcome != 'skipped'"),
    ),
    good: deployJob(capture, deploy, smoke, rollback),
  },
  check: (workflow, report) => {
    for (const { step, verifications, rollbacks } of deploymentsOf(workflow)) {
      const [first] = rollbacks;
      const running = verifications.find(({ job }) => job === step.job) ?? step;
      const cancelled = momentAfter(running, "cancelled");
      if (!first || rollbacks.some(rollback => wouldRun(rollback.if, cancelled) !== false)) continue;
      report(first.if.place, `the service keeps the new version when the run is cancelled during \`${running.label}\``);
    }
  },
});
