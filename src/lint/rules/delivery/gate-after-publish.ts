import { deployingSteps, runsBefore } from "../../delivery.ts";
import { commandsIn, gatesOf, publishesImage } from "../../roles.ts";
import { defineRule } from "../../rule.ts";

const image = `- name: Build and push the image
  run: |
    docker build --tag ghcr.io/acme/scoring:"$GITHUB_SHA" --file Dockerfile.api .
    docker push ghcr.io/acme/scoring:"$GITHUB_SHA"
`;
const gate = `- name: Require fresh data
  run: python -m creditrisk.utils.data_freshness --max-age-hours 48 --fail-on-stale
`;
const checkout = `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`;

export const gateAfterPublish = defineRule({
  id: "pipeline/gate-after-publish",
  severity: "warning",
  summary: "An image is published before the model in it has passed its gate.",
  why: "The registry then holds an image, often as `latest`, with a model that was refused or data that was stale, and anything that pulls it serves that model.",
  hint: "run the gate first, and build the image in a job that needs it",
  examples: { kind: "step", bad: checkout + image + gate, good: checkout + gate + image },
  check: (workflow, report) => {
    const images = workflow.steps.filter(publishesImage);
    if (images.length === 0) return;
    const gates = workflow.steps.flatMap(gatesOf).filter(({ kind }) => kind !== "canary");
    const deployments = deployingSteps(workflow);
    for (const step of images) {
      const gate = gates.find(late => {
        const isRepeated = gates.some(({ kind, step: early }) => kind === late.kind && runsBefore(early, step));
        // After the deployment as well: that is told of the gate.
        return runsBefore(step, late.step) && !isRepeated && !deployments.some(deploy => runsBefore(deploy, late.step));
      });
      if (!gate) continue;
      const push = commandsIn(step).find(({ name }) => name === "docker");
      report(
        step.uses?.node.place ?? push?.place ?? step.place,
        `the image is published before \`${gate.name}\` has passed`,
      );
    }
  },
});
