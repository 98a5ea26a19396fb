import type { Deploy, Monitor, Pipeline, Retrain } from "../src/config/pipeline.ts";
import type { Condition } from "../src/model/expression.ts";
import { all, any, cancelled, either, equal, github, not, secrets } from "../src/model/expression.ts";
import { read, write } from "../src/model/permission.ts";
import type { Step, StepEnv } from "../src/model/step.ts";
import { run } from "../src/model/step.ts";
import { dispatchInput, job } from "../src/model/workflow.ts";
import type { Template } from "../src/template.ts";
import awsCredentialsCheck from "./scripts/aws-credentials-check.sh";
import dispatchCd from "./scripts/dispatch-cd.sh";
import dvcEnvironment from "./scripts/dvc-environment.sh";
import retrainDecision from "./scripts/retrain-decision.sh";
import { upload } from "./steps/artifacts.ts";
import { awsAccess, awsPermissions } from "./steps/aws.ts";
import { checkout } from "./steps/checkout.ts";
import { dvcCache, pull, repro, stagesOf } from "./steps/dvc.ts";
import { freshnessGate, retrainedGate } from "./steps/gates.ts";
import { mlflowEnv } from "./steps/mlflow.ts";
import { notifyJob } from "./steps/notify.ts";
import { python } from "./steps/python.ts";
import { trainSummary } from "./steps/summary.ts";
import { fromConfig, workingDirectory } from "./steps/values.ts";

/** Forces a refresh, measures freshness and drift, and reacts to them. */
export const nightly: Template = {
  name: "nightly",
  build: pipeline => {
    const { cron, timezone, retrain } = pipeline.nightly;
    const force = dispatchInput({
      id: "force",
      description: "Run every stage, also those that are up to date",
      type: "boolean",
      default: true,
    });
    const stages = dispatchInput({
      id: "stages",
      description: "Stages to run, separated by blanks; empty for all",
      type: "string",
      default: "",
    });
    const refresh = refreshJob(pipeline, force, stages);
    const reaction = retrain
      ? [retrain.mode === "inline" ? retrainJob(pipeline, retrain, refresh) : dispatchJob(pipeline, refresh)]
      : [];
    return {
      name: `${pipeline.name} nightly`,
      comment: "Forces a refresh every night, measures freshness and drift, and retrains when the drift asks for it.",
      // UTC is GitHub's default, and actionlint knows no time zone of that name.
      on: {
        schedule: [{ cron, timezone: timezone === "UTC" ? undefined : timezone }],
        workflowDispatch: [force, stages],
      },
      concurrency: { group: `${pipeline.name}-nightly`, cancelInProgress: false },
      jobs: [
        refresh,
        ...reaction,
        ...(pipeline.notify
          ? [
              notifyJob(pipeline, pipeline.notify, {
                runsOn: pipeline.runners.nightly,
                needs: [refresh, ...reaction],
                on: ["failure"],
              }),
            ]
          : []),
      ],
    };
  },
};

type Input = ReturnType<typeof dispatchInput>;

const refreshJob = (pipeline: Pipeline, force: Input, stages: Input) => {
  const { deploy } = pipeline;
  const { monitor: monitored, retrain } = pipeline.nightly;
  const environment = python(pipeline, { cached: true });
  const cache = dvcCache(pipeline);
  const refresh = repro(pipeline, {
    id: "refresh",
    name: "Force every stage, each once",
    comment: "One call: two forced calls would run the stages they share twice, and compare different splits.",
    stages: either(stages.value, stagesOf(pipeline.dvc).join(" ")),
    force: any(equal(github("event_name"), "schedule"), force.value),
  });
  const refreshed = all(not(cancelled), equal(refresh.outcome, "success"));
  const decision = retrain
    ? run({
        id: "decision",
        name: "Decide whether to retrain",
        if: not(cancelled),
        env: { TRIGGER: retrain.trigger, REPORT: retrain.report, THRESHOLD: retrain.threshold },
        outputs: ["retrain"],
        run: retrainDecision,
      })
    : undefined;
  return job({
    id: "refresh",
    name: monitored ? "Refresh and monitor" : "Refresh",
    comment: `${monitored ? "Monitoring and the upload happen" : "The upload happens"} also when the data is stale; the job still ends red.`,
    runsOn: pipeline.runners.nightly,
    environment: pipeline.environments.nightly,
    timeoutMinutes: pipeline.timeouts.refresh,
    permissions: { contents: read("to check out the code"), ...(monitored && awsPermissions(deploy)) },
    ...(decision && { outputs: { retrain: decision.outputs.retrain } }),
    workingDirectory: workingDirectory(pipeline),
    steps: [
      checkout({ history: true }),
      ...environment.steps,
      cache.restore,
      ...pull(pipeline),
      refresh,
      ...freshnessGate(pipeline, "nightly"),
      ...(monitored ? monitor(pipeline, monitored, deploy, refreshed) : []),
      ...(decision ? [decision] : []),
      ...upload(pipeline, {
        artifact: `${pipeline.name}-nightly-reports`,
        what: "nightly reports",
        files: pipeline.artifacts.nightly,
      }),
      trainSummary(pipeline, refreshed),
      environment.save,
      cache.save,
    ],
  });
};

/** The drift of production data, published where AWS can be reached. That it cannot be is said aloud, not swallowed. */
const monitor = (
  pipeline: Pipeline,
  { command: text }: Monitor,
  deploy: Deploy | false,
  measured: Condition<"jobs.<job_id>.steps.if">,
): readonly Step[] => {
  const command = (env: StepEnv) =>
    run({
      id: "monitor",
      name: "Compare production data with the training data",
      if: measured,
      env: { ...mlflowEnv(pipeline), ...env },
      run: `${text}\n`,
    });
  if (!deploy) return [command({})];
  const { auth, region } = deploy.aws;
  const check = run({
    id: "aws-check",
    name: "See whether AWS can be reached",
    if: measured,
    env: {
      AUTH: auth === "accessKeys" ? "keys" : "role",
      ...(auth === "accessKeys" ? awsAccess(deploy).env : { ROLE: fromConfig(auth.role) }),
      REGION: fromConfig(region),
      PURPOSE: "drift metrics are not published to CloudWatch",
    },
    outputs: ["configured"],
    run: awsCredentialsCheck,
  });
  const configured = equal(check.outputs.configured, "true");
  const access = awsAccess(deploy, { if: all(measured, configured) });
  // Half of the keys is worse than none: AWS clients then fail instead of doing without.
  const whole = (name: string) => either(all(configured, secrets(name)), "");
  const keys = auth === "accessKeys" && {
    AWS_ACCESS_KEY_ID: whole("AWS_ACCESS_KEY_ID"),
    AWS_SECRET_ACCESS_KEY: whole("AWS_SECRET_ACCESS_KEY"),
  };
  return [check, ...access.steps, command({ ...access.env, ...keys })];
};

const retrainJob = (pipeline: Pipeline, retrain: Retrain, refresh: ReturnType<typeof refreshJob>) => {
  const { artifacts, freshness } = pipeline;
  // The freshness was judged in the first job, and its report is among that job's files.
  const bundle = artifacts.bundle.filter(({ path }) => !freshness || path !== freshness.report);
  const environment = python(pipeline, { cached: false });
  return job({
    id: "retrain",
    name: "Retrain",
    comment: "When the drift asks for it. The new bundle is uploaded for review; nothing is deployed from here.",
    needs: [refresh],
    if: all(not(cancelled), equal(refresh.output.retrain, "true")),
    runsOn: pipeline.runners.nightly,
    environment: pipeline.environments.train,
    timeoutMinutes: pipeline.timeouts.retrain,
    permissions: { contents: read("to check out the code") },
    workingDirectory: workingDirectory(pipeline),
    steps: [
      checkout({ history: true }),
      ...environment.steps,
      ...pull(pipeline),
      run({
        id: "retrain",
        name: "Retrain the model",
        env: mlflowEnv(pipeline),
        run: `${dvcEnvironment}${retrain.command}\n`,
      }),
      ...retrainedGate(pipeline),
      ...upload(pipeline, {
        artifact: `${pipeline.name}-retrained-bundle`,
        what: "retrained model bundle",
        files: bundle,
      }),
      trainSummary({ ...pipeline, freshness: false }),
    ],
  });
};

const dispatchJob = (pipeline: Pipeline, refresh: ReturnType<typeof refreshJob>) =>
  job({
    id: "retrain",
    name: "Start a delivery",
    comment: "When the drift asks for it: the delivery retrains, validates and deploys with all its gates.",
    needs: [refresh],
    if: all(not(cancelled), equal(refresh.output.retrain, "true")),
    runsOn: pipeline.runners.nightly,
    timeoutMinutes: pipeline.timeouts.retrain,
    permissions: { actions: write("to start the CD workflow") },
    steps: [
      run({
        id: "dispatch",
        name: "Start the CD workflow",
        env: {
          GH_TOKEN: github("token"),
          REPOSITORY: github("repository"),
          WORKFLOW: pipeline.files.cd || "",
          REF: pipeline.defaultBranch,
        },
        run: dispatchCd,
      }),
    ],
  });
