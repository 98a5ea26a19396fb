import { deployingSteps, deploymentsOf, runsBefore } from "../../delivery.ts";
import { promotionsOf } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";
import { deployJob } from "./example.ts";

const checkout = `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`;
const promote = `- name: Promote the model
  run: python -m creditrisk.pipelines.auto_promote --stage Production --transition-log reports/registry_transition.json
`;
const deploy = `- name: Deploy
  run: kubectl rollout restart deployment/scoring
`;

export const promotionBeforeDeploy = defineRule({
  id: "pipeline/promotion-before-deploy",
  severity: "error",
  summary: "A model is promoted in the registry before its deployment has proved healthy.",
  why: "When the deployment fails or is rolled back, the registry names a model as the one in production that nobody is served, and batch jobs, monitoring and the next comparison take it from there.",
  hint: "promote in a job of its own that needs the deployment",
  reference: "https://mlflow.org/docs/latest/ml/model-registry/workflow/",
  examples: {
    kind: "job",
    bad: deployJob(checkout, promote, deploy),
    good: deployJob(checkout, deploy, promote),
  },
  check: (workflow, report) => {
    const deployments = deployingSteps(workflow);
    if (deployments.length === 0) return;
    for (const { step, place, name } of workflow.steps.flatMap(promotionsOf)) {
      const told = tooEarly(step, deployments) ?? untested(step);
      if (told !== undefined) report(place, `\`${name}\` promotes the model ${told}`);
    }
  },
});

/** With several deployments, the promotion may belong to any that is before it. */
const tooEarly = (promotion: Step, deployments: readonly Step[]): string | undefined => {
  if (deployments.some(step => step === promotion || runsBefore(step, promotion))) return undefined;
  const later = deployments.find(step => runsBefore(promotion, step));
  if (later) return `before \`${later.label}\` deploys it`;
  const [first] = deployments;
  return first && `without waiting for \`${first.label}\`, which deploys it`;
};

/** In the job of the deployment, between it and its test. */
const untested = (promotion: Step): string | undefined => {
  const deployments = deploymentsOf(promotion.job.workflow).filter(({ step }) => runsBefore(step, promotion));
  const tests = deployments.map(({ verifications }) => verifications.filter(({ job }) => job === promotion.job));
  const isTested = tests.some(steps => steps.some(step => runsBefore(step, promotion)));
  const later = tests.flat().find(step => runsBefore(promotion, step));
  return later && !isTested ? `before \`${later.label}\` has tested its deployment` : undefined;
};
