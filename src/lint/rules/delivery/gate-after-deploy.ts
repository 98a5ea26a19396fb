import { deployingSteps, runsBefore } from "../../delivery.ts";
import { gatesOf } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import { deployJob } from "./example.ts";

const python = `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`;
const gate = `- name: Require fresh data
  run: python -m creditrisk.utils.data_freshness --max-age-hours 48 --fail-on-stale
`;
const deploy = `- name: Deploy
  run: kubectl rollout restart deployment/scoring
`;

export const gateAfterDeploy = defineRule({
  id: "pipeline/gate-after-deploy",
  severity: "error",
  summary: "A gate on data or model comes after the deployment it should have prevented.",
  why: "When it fails, the model it refuses already answers requests; and where a rollback is bound to `failure()`, it reverts a deployment that is healthy.",
  hint: "move the gate in front of the first step that builds or deploys anything",
  examples: {
    kind: "job",
    bad: deployJob(python, deploy, gate),
    good: deployJob(python, gate, deploy),
  },
  check: (workflow, report) => {
    const deployments = deployingSteps(workflow);
    if (deployments.length === 0) return;
    const gates = workflow.steps.flatMap(gatesOf);
    for (const gate of gates) {
      const before = deployments.find(step => runsBefore(step, gate.step));
      const guards = deployments.some(step => runsBefore(gate.step, step));
      const isRepeated = gates.some(
        other => other.kind === gate.kind && before !== undefined && runsBefore(other.step, before),
      );
      if (before && !guards && !isRepeated)
        report(gate.place, `\`${gate.name}\` runs when \`${before.label}\` has already deployed what it judges`);
    }
  },
});
