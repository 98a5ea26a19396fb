import type { Deploy, Image, Pipeline, Promote } from "../src/config/pipeline.ts";
import type { Expression } from "../src/model/expression.ts";
import { equal, github } from "../src/model/expression.ts";
import { read, write } from "../src/model/permission.ts";
import { run } from "../src/model/step.ts";
import type { Job } from "../src/model/workflow.ts";
import { job } from "../src/model/workflow.ts";
import type { Template } from "../src/template.ts";
import promotionEvidence from "./scripts/promotion-evidence.sh";
import { bundleName, downloadBundle, upload } from "./steps/artifacts.ts";
import { awsPermissions } from "./steps/aws.ts";
import { checkout } from "./steps/checkout.ts";
import { pull, push, repro, stagesOf } from "./steps/dvc.ts";
import { deployment } from "./steps/ecs.ts";
import { freshnessGate, validationGate } from "./steps/gates.ts";
import { publish } from "./steps/image.ts";
import { mlflowEnv } from "./steps/mlflow.ts";
import { notifyJob } from "./steps/notify.ts";
import { python } from "./steps/python.ts";
import { trainSummary } from "./steps/summary.ts";
import { ownPaths, workingDirectory } from "./steps/values.ts";

/** Delivers the default branch: the model that was validated, in the image that was built from it, with a way back. */
export const cd: Template = {
  name: "cd",
  build: pipeline => {
    const { deploy, promote, notify } = pipeline;
    const train = trainJob(pipeline);
    const images = pipeline.images.map(image => ({ image, job: imageJob(pipeline, image, train) }));
    const deployed = images.find(({ image }) => deploy && image.name === deploy.image);
    const built = images.map(image => image.job);
    const release =
      deploy && deployed ? [deployJob(pipeline, deploy, deployed.job.output.digest, [train, ...built])] : [];
    const promotion = promote ? [promoteJob(pipeline, promote, train, [...built, ...release])] : [];
    const jobs = [train, ...built, ...release, ...promotion] as const;
    return {
      name: `${pipeline.name} CD`,
      comment:
        "Delivers the default branch: train, validate, build, deploy, test, promote. One run at a time, never cancelled.",
      on: {
        push: { branches: [pipeline.defaultBranch], paths: ownPaths(pipeline) },
        workflowDispatch: [],
      },
      concurrency: { group: `${pipeline.name}-cd`, cancelInProgress: false },
      jobs: notify
        ? [
            ...jobs,
            notifyJob(pipeline, notify, {
              runsOn: pipeline.runners.cd,
              needs: [train, ...jobs.slice(1)],
              on: notify.on,
            }),
          ]
        : jobs,
    };
  },
};

const trainJob = (pipeline: Pipeline) => {
  const gate = validationGate(pipeline);
  return job({
    id: "train",
    name: "Train and validate",
    comment:
      "Makes the model and decides whether it may be delivered. Publishes nothing, so that nothing has to be taken back.",
    if: equal(github("ref"), `refs/heads/${pipeline.defaultBranch}`),
    runsOn: pipeline.runners.cd,
    environment: pipeline.environments.train,
    timeoutMinutes: pipeline.timeouts.train,
    permissions: { contents: read("to check out the code") },
    ...(gate && { outputs: { promote: gate.outputs.promote } }),
    workingDirectory: workingDirectory(pipeline),
    steps: [
      checkout({ history: true }),
      ...python(pipeline, { cached: false }).steps,
      ...pull(pipeline),
      repro(pipeline, {
        id: "train",
        name: pipeline.dvc.stages.drift.length > 0 ? "Train, validate and measure drift" : "Train and validate",
        comment: "One call, one graph: nothing runs twice.",
        stages: stagesOf(pipeline.dvc),
        force: false,
      }),
      ...freshnessGate(pipeline, "cd"),
      ...(gate ? [gate] : []),
      ...upload(pipeline, { artifact: bundleName(pipeline), what: "model bundle", files: pipeline.artifacts.bundle }),
      ...push(pipeline),
      trainSummary(pipeline),
    ],
  });
};

const imageJob = (pipeline: Pipeline, image: Image, train: Job) => {
  const { steps, digest } = publish(pipeline, image);
  return job({
    id: `image-${image.name}`,
    name: `Image ${image.name}`,
    comment: `Builds ${image.dockerfile} around the model of this run. Restores no cache: what is published comes from this run alone.`,
    needs: [train],
    runsOn: pipeline.runners.cd,
    timeoutMinutes: pipeline.timeouts.image,
    permissions: {
      contents: read("to check out the code"),
      packages: write("to publish the image"),
      ...(image.attest && {
        "artifact-metadata": write("to link that record to the image"),
        attestations: write("to record where the image comes from"),
        "id-token": write("to sign that record"),
      }),
    },
    outputs: { digest },
    workingDirectory: workingDirectory(pipeline),
    steps: [checkout({ history: false }), downloadBundle(pipeline), ...steps],
  });
};

const deployJob = (pipeline: Pipeline, deploy: Deploy, digest: Expression<"needs">, needs: readonly Job[]) =>
  job({
    id: "deploy",
    name: "Deploy",
    comment: "Deploys the image by the digest this run built, proves it, and returns to the old version if that fails.",
    needs,
    runsOn: pipeline.runners.cd,
    environment: deploy.environment,
    timeoutMinutes: pipeline.timeouts.deploy,
    permissions: { contents: read("to read the smoke test's payload"), ...awsPermissions(deploy) },
    workingDirectory: workingDirectory(pipeline),
    steps: [checkout({ history: false }), ...deployment(pipeline, deploy, digest)],
  });

const promoteJob = (
  pipeline: Pipeline,
  { command, evidence, environment }: Promote,
  train: ReturnType<typeof trainJob>,
  after: readonly Job[],
) =>
  job({
    id: "promote",
    name: "Promote the model",
    comment: "Only a model that was validated, and whose deployment is healthy. Its failure rolls nothing back.",
    needs: [train, ...after],
    if: equal(train.output.promote, "true"),
    runsOn: pipeline.runners.cd,
    environment,
    timeoutMinutes: pipeline.timeouts.promote,
    permissions: { contents: read("to check out the code") },
    workingDirectory: workingDirectory(pipeline),
    steps: [
      checkout({ history: false }),
      ...python(pipeline, { cached: false }).steps,
      downloadBundle(pipeline),
      run({
        id: "promote",
        name: "Promote the model in the registry",
        env: { ...mlflowEnv(pipeline), ...(evidence !== undefined && { EVIDENCE: evidence }) },
        run: `${evidence === undefined ? "" : 'rm -f -- "$EVIDENCE"\n'}${command}\n`,
      }),
      ...(evidence === undefined
        ? []
        : [
            run({
              id: "evidence",
              name: "Require proof that it was promoted",
              comment: "The command may refuse and still end with 0.",
              env: { EVIDENCE: evidence },
              run: promotionEvidence,
            }),
          ]),
    ],
  });
