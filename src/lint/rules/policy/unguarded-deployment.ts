import type { Node } from "../../node.ts";
import { deploys } from "../../roles.ts";
import { defineRule } from "../../rule.ts";

export const unguardedDeployment = defineRule({
  id: "policy/unguarded-deployment",
  severity: "error",
  summary: "Two deployments can run at once, or a newer run cuts one off in the middle.",
  why: "Of two deployments side by side the older may win, and each sees the other's half-done state. One that is cancelled leaves the service between two versions, and the steps that would take it back never run.",
  hint: "give the job a `concurrency` group with `cancel-in-progress: false`, the same for every run that deploys there",
  reference:
    "https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example
  cancel-in-progress: true
jobs:
  deploy:
    name: Deploy
    runs-on: ubuntu-latest
    environment: staging
    timeout-minutes: 30
    steps:
      - name: Deploy
        run: kubectl apply --filename service.yaml
`,
    good: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example
  cancel-in-progress: false
jobs:
  deploy:
    name: Deploy
    runs-on: ubuntu-latest
    environment: staging
    timeout-minutes: 30
    steps:
      - name: Deploy
        run: kubectl apply --filename service.yaml
`,
  },
  check: (workflow, report) => {
    const cancelling = (concurrency: Node | undefined): Node | undefined => {
      const node = concurrency?.get("cancel-in-progress");
      return node?.literal?.toLowerCase() === "true" ? node : undefined;
    };
    // A workflow that is only called may be guarded by its callers.
    const isCalled = workflow.triggers.every(({ event }) => event === "workflow_call");
    for (const { id, place, steps, concurrency } of workflow.jobs) {
      if (!steps.some(deploys)) continue;
      const cuts = cancelling(concurrency) ?? cancelling(workflow.concurrency);
      if (cuts) report(cuts.place, `a newer run cancels \`${id}\` in the middle of its deployment`);
      else if (!concurrency && !workflow.concurrency && !isCalled)
        report(place, `job \`${id}\` deploys, and two runs of it can do so at once`);
    }
  },
});
