import { deployingSteps } from "../../delivery.ts";
import { commandsIn, commandsOf, publishesImage } from "../../roles.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";
import { isPython, moduleOf } from "../../wrappers.ts";
import { deployJob } from "./example.ts";

const train = `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
- name: Train
  run: python -m creditrisk.pipelines.train
`;
const image = `- name: Build and push the image
  run: |
    docker build --tag ghcr.io/acme/scoring:"$GITHUB_SHA" --file Dockerfile.api .
    docker push ghcr.io/acme/scoring:"$GITHUB_SHA"
`;
const deploy = `- name: Deploy
  run: kubectl rollout restart deployment/scoring
`;

export const sharedJobForDeploy = defineRule({
  id: "pipeline/shared-job-for-deploy",
  severity: "note",
  summary: "One job trains the model, builds the image and deploys it.",
  why: "All of its steps then share one runner, one environment and one token: packages installed for training can reach the credentials of production, an approval comes before the training instead of before the deployment, and a failed deployment trains again.",
  hint: "split it into jobs for training, image and deployment, and hand on the model as an artifact and the image by its digest",
  reference: "https://docs.github.com/actions/reference/security/secure-use",
  examples: {
    kind: "job",
    bad: deployJob(train, image, deploy),
    good: deployJob(deploy),
  },
  check: (workflow, report) => {
    for (const job of new Set(deployingSteps(workflow).map(step => step.job)))
      if (job.steps.some(trains) && job.steps.some(publishesImage))
        report(job.place, `\`${job.id}\` trains, publishes and deploys in one job`);
  },
});

const trains = (step: Step): boolean =>
  commandsOf(step, "dvc", "repro").length > 0 ||
  commandsOf(step, "dvc", "exp", "run").length > 0 ||
  commandsIn(step).some(({ name, args }) => {
    const called = isPython(name) ? moduleOf(args) : undefined;
    return /(?:^|[./])(?:train|fit)(?:_\w+)?(?:\.py)?$/.test(called?.name ?? "");
  });
