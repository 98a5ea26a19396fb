import * as z from "zod";
import { cronProblem } from "./cron.ts";
import { extend, permissions } from "./extend.ts";
import {
  branch,
  command,
  glob,
  kebab,
  line,
  minutes,
  path,
  secretReference,
  stage,
  urlPath,
  value,
  workflowFile,
} from "./values.ts";

const secretRef = (secret: string, optional?: boolean) => (optional ? { secret, optional } : { secret });

const workflowFileOrNone = z.union([workflowFile, z.literal(false)]);
const files = z.strictObject({
  ci: workflowFileOrNone
    .default("ci.yaml")
    .describe("File of the workflow that proves every change safe; `false`: none."),
  cd: workflowFileOrNone
    .default("cd.yaml")
    .describe("File of the workflow that delivers the default branch; `false`: none."),
  nightly: workflowFileOrNone.default("nightly.yaml").describe("File of the scheduled workflow; `false`: none."),
});

const labels = z.union([line, z.array(line).min(1).max(20)]);
const runner = z.union([
  labels,
  z.strictObject({
    group: line.describe("Runner group."),
    labels: labels.optional().describe("Labels the runner must have too."),
  }),
]);
const runners = z.strictObject({
  ci: runner.default("ubuntu-latest").describe("Runner of ci: a label, labels, or `{ group, labels }`."),
  cd: runner.default("ubuntu-latest").describe("Runner of cd."),
  nightly: runner.default("ubuntu-latest").describe("Runner of nightly."),
  allowSelfHostedPullRequests: z
    .boolean()
    .default(false)
    .describe("Allows a self-hosted runner for ci, where code of a pull request runs before anybody has read it."),
});

const python = z.strictObject({
  version: line
    .regex(/^3\.\d{1,2}(\.\d{1,2})?$/, 'must be a Python version such as "3.11"')
    .default("3.11")
    .describe("Python version, as setup-python takes it."),
  installer: z.enum(["pip", "uv"]).default("pip").describe("What makes `.venv` and installs into it."),
  install: z
    .array(command)
    .min(1)
    .optional()
    .describe(
      "Commands that install the project, with `.venv` active. Default: `pip install -e .`, with uv `uv pip install -e .`.",
    ),
  lockFiles: z
    .array(glob)
    .min(1)
    .default(["pyproject.toml", "requirements*.txt"])
    .describe("Files whose content decides whether a cached `.venv` still fits, relative to `root`."),
});

const check = z.union([
  command,
  z.literal(false),
  z.strictObject({
    command: command.describe("The shell command."),
    name: line.optional().describe("The step's name. Default: made from the key."),
    advisory: z.boolean().default(false).describe("Report a failure without failing the job."),
  }),
]);
const checks = z
  .object({
    lint: check.default("ruff check .").describe("Style and obvious defects."),
    security: check.default("bandit -q -r src").describe("Known insecure patterns."),
    compile: check.default("python -m compileall -q src").describe("Every file is valid Python."),
    test: check.default("pytest").describe("The test suite."),
  })
  .catchall(check);

const stages = z.union([stage, z.array(stage).min(1).max(100)]);
const dvc = z.strictObject({
  stages: z
    .strictObject({
      train: stages.default("validate_model").describe("Stage or stages that end in a validated model."),
      drift: z
        .union([stages, z.literal(false)])
        .default("monitor_drift")
        .describe("Stage or stages that measure drift on the same data; `false`: none."),
    })
    .prefault({})
    .describe("The stages of `dvc.yaml` that the workflows run."),
  remote: z
    .union([
      z.strictObject({
        name: kebab.default("ci").describe("Name the remote gets on the runner."),
        url: value.default(secretRef("DVC_REMOTE_URL")).describe("Where the data lies, such as `s3://bucket/path`."),
        credentials: z
          .union([secretReference, z.literal(false)])
          .default(secretRef("DVC_REMOTE_CREDENTIALS"))
          .describe("Lines of NAME=value, plain or base64; `false`: the runner has access of its own."),
      }),
      z.literal(false),
    ])
    .prefault({})
    .describe("The DVC remote to pull from; `false`: nothing is pulled."),
  push: z.boolean().default(false).describe("Push what cd made to the remote after a successful training."),
  staleLock: z
    .enum(["ignore", "warn", "fail"])
    .default("warn")
    .describe("What ci does when stages would run, that is, `dvc.lock` is behind the code."),
});

const mlflow = z.strictObject({
  trackingUri: value.default(secretRef("MLFLOW_TRACKING_URI")).describe("MLflow tracking server."),
  token: z
    .union([secretReference, z.literal(false)])
    .default(secretRef("MLFLOW_TRACKING_TOKEN", true))
    .describe("Its bearer token; `false`: none."),
});

const hours = z
  .number()
  .positive()
  .max(24 * 365);
const freshness = z.strictObject({
  command: command
    .default("python -m creditrisk.utils.data_freshness")
    .describe("Command that judges the age of the data; `--max-age-hours N --fail-on-stale` is appended."),
  report: path.default("reports/data_freshness.json").describe("The JSON report it writes."),
  maxAgeHours: z
    .strictObject({
      cd: hours.default(48).describe("Greatest age in cd, in hours."),
      nightly: hours.default(36).describe("Greatest age in nightly, in hours."),
    })
    .prefault({})
    .describe("Greatest age of the data, in hours."),
});

const image = z.strictObject({
  name: kebab.describe("Published as `ghcr.io/<owner>/<pipeline name>-<this name>`."),
  dockerfile: path.describe("The Dockerfile."),
  context: path.default(".").describe("The build context."),
  platforms: z
    .array(line.regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, 'must be a platform such as "linux/amd64"'))
    .default([])
    .describe("Platforms to build for. Default: the runner's own."),
  buildArgs: z
    .record(line.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of a build argument"), line)
    .default({})
    .describe("Build arguments; no secrets, they stay readable in the image."),
  include: z
    .array(glob)
    .optional()
    .describe(
      "Files of the model bundle that must be inside the build context. Default: the bundle's files under `models/`.",
    ),
  attest: z.boolean().default(false).describe("Publish a signed build provenance attestation beside the image."),
});

const smoke = z.strictObject({
  baseUrl: value.default(secretRef("PREDICT_ENDPOINT_URL")).describe("URL under which the service answers."),
  health: urlPath.default("/health").describe("Path that answers 2xx when the service is well."),
  predict: z
    .strictObject({
      path: urlPath.default("/predict").describe("Path that takes the payload as JSON by POST."),
      payload: z
        .union([
          path,
          // However deep it is, it ends up in the workflow as it stands.
          z.record(z.string(), z.json()).refine(value => !JSON.stringify(value).includes("${{"), {
            message: "must not hold an expression: GitHub would replace `${{` in it",
          }),
        ])
        .default("sample_payload.json")
        .describe("A JSON file of the repository, or the JSON object itself."),
      expect: command.default(".predictions | length > 0").describe("jq condition that must hold for the answer."),
    })
    .prefault({})
    .describe("The request that must be answered as expected."),
  attempts: z.number().int().min(1).max(100).default(10).describe("How often it is tried before it counts as failed."),
  delaySeconds: z.number().int().min(0).max(300).default(6).describe("Pause between two attempts, in seconds."),
});

const deploy = z.strictObject({
  image: kebab.default("api").describe("Which of `images` is deployed."),
  container: line
    .optional()
    .describe("Container of the task definition that gets the image. Default: `<name>-<image>`."),
  aws: z
    .strictObject({
      auth: z
        .union([
          z.literal("accessKeys"),
          z.strictObject({ role: value.describe("ARN of the role to assume through OpenID Connect.") }),
        ])
        .default("accessKeys")
        .describe(
          "`accessKeys`: secrets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or `{ role }`, without long-lived keys.",
        ),
      region: value.default(secretRef("AWS_REGION")).describe("AWS region."),
      cluster: value.default(secretRef("ECS_CLUSTER_NAME")).describe("ECS cluster."),
      service: value.default(secretRef("ECS_SERVICE_NAME")).describe("ECS service."),
    })
    .prefault({})
    .describe("Where in AWS, and as whom."),
  stabilityMinutes: minutes(1, 120).default(30).describe("Minutes the service may take to become stable."),
  smoke: z
    .union([smoke, z.literal(false)])
    .prefault({})
    .describe("The test of the deployed service; `false`: none."),
  environment: line.default("production").describe("Deployment environment of the deploy job."),
});

const promote = z.strictObject({
  command: command
    .default("python -m creditrisk.pipelines.auto_promote --stage Production")
    .describe("Command that promotes the model in the registry."),
  when: z
    .strictObject({
      exists: z
        .union([path, z.literal(false)])
        .default("reports/registry_promotion.json")
        .describe("File without which there is nothing to promote; `false`: no such condition."),
      passed: z
        .union([path, z.literal(false)])
        .default("reports/post_training_validation.json")
        .describe(
          "JSON file whose `.status` must be `passed`, else nothing is built, deployed or promoted; `false`: no such gate.",
        ),
    })
    .prefault({})
    .describe("What must hold for a model to be promoted."),
  evidence: path
    .optional()
    .describe(
      "JSON file the command writes when it really promoted: one that ends with 0 and leaves no such file fails the job. Default: the exit code decides.",
    ),
  environment: line
    .default("model-registry")
    .describe("Deployment environment of the promote job; its required reviewers are the approval gate."),
});

const artifact = z.union([
  glob,
  z.strictObject({
    path: glob.describe("File, folder or pattern."),
    required: z.boolean().default(true).describe("Whether the job fails without it; otherwise a warning."),
  }),
]);
const artifacts = z.strictObject({
  retentionDays: z.number().int().min(1).max(400).default(30).describe("Days GitHub keeps the artifacts."),
  bundle: z
    .array(artifact)
    .min(1)
    .max(100)
    .default([
      { path: "reports/metrics.json", required: true },
      "reports/data_lineage.json",
      "reports/ingestion_summary.json",
      "reports/data_freshness.json",
      { path: "models/baseline_model.joblib", required: true },
      "reports/evaluation/**",
      { path: "reports/post_training_validation.json", required: true },
    ])
    .describe(
      "The model bundle of cd: paths or patterns; `{ path, required: true }` fails the job when absent, others warn.",
    ),
  nightly: z
    .array(artifact)
    .min(1)
    .max(100)
    .default([
      { path: "reports/ingestion_summary.json", required: true },
      { path: "reports/data_freshness.json", required: true },
      "reports/drift_report.*",
      "reports/production_drift_report.*",
      "reports/drift_metrics.json",
      "reports/retrain_trigger.json",
    ])
    .describe("What nightly uploads."),
});

const timezone = line.refine(
  name => {
    try {
      return /^(UTC|[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+)$/.test(name) && !!new Intl.DateTimeFormat("en", { timeZone: name });
    } catch {
      return false;
    }
  },
  { message: 'must be an IANA time zone such as "Europe/Berlin"' },
);

const nightly = z.strictObject({
  cron: line
    .superRefine((cron, context) => {
      const problem = cronProblem(cron);
      if (problem) context.addIssue({ code: "custom", message: problem });
    })
    .default("0 6 * * *")
    .describe("When it runs: minute hour day month weekday."),
  timezone: timezone.optional().describe("IANA time zone of the schedule. Default: UTC."),
  monitor: z
    .union([
      z.strictObject({
        command: command
          .default("python -m creditrisk.monitoring.production --publish-metrics")
          .describe("Command that compares production data with the training data and publishes the result."),
      }),
      z.literal(false),
    ])
    .prefault({})
    .describe("The monitoring of production; `false`: none."),
  retrain: z
    .union([
      z.strictObject({
        trigger: path
          .default("reports/retrain_trigger.json")
          .describe("JSON file with `triggered` and `share_drifted_columns`."),
        report: path
          .default("reports/production_drift_report.json")
          .describe("Drift report that is read too, because evidently spells the key `share_of_drifted_columns`."),
        threshold: z
          .number()
          .min(0)
          .max(1)
          .default(0.3)
          .describe("Share of drifted columns from which on the model is retrained, 0 to 1."),
        command: command.default("dvc repro --force validate_model").describe("Command that retrains."),
        mode: z
          .enum(["inline", "dispatch"])
          .default("inline")
          .describe("`inline`: retrain here and upload the bundle; `dispatch`: start cd instead."),
      }),
      z.literal(false),
    ])
    .prefault({})
    .describe("Reaction to drift; `false`: never retrain."),
});

const notify = z.strictObject({
  slack: secretReference.optional().describe("Slack incoming webhook."),
  webhook: z
    .strictObject({
      url: secretReference.describe("URL that gets the result as JSON by POST."),
      hmac: secretReference.optional().describe("Key of the `X-Signature-256` header (HMAC-SHA256 of the body)."),
    })
    .optional()
    .describe("A receiver of your own."),
  on: z
    .array(z.enum(["success", "failure"]))
    .min(1)
    .default(["success", "failure"])
    .describe("Which results of cd are told; nightly tells failures only."),
});

const environments = z.strictObject({
  train: line.default("training").describe("Environment whose secrets the training jobs read."),
  nightly: line.default("monitoring").describe("Environment whose secrets the nightly refresh reads."),
  notify: line.default("notifications").describe("Environment whose secrets the notify jobs read."),
});

const jobMinutes = (most: number, fallback: number, what: string) =>
  minutes(1, most).default(fallback).describe(`Minutes after which ${what} is ended.`);
const timeouts = z.strictObject({
  quality: jobMinutes(360, 30, "`quality`"),
  workflows: jobMinutes(360, 10, "`workflows`"),
  ci: jobMinutes(360, 5, "`ci`"),
  train: jobMinutes(7200, 180, "`train`"),
  image: jobMinutes(360, 45, "each `image-<name>`"),
  deploy: minutes(1, 360)
    .optional()
    .describe(
      "Minutes after which `deploy` is ended. Default: enough for a deployment that does not become stable and its rollback.",
    ),
  promote: jobMinutes(360, 30, "`promote`"),
  notify: jobMinutes(60, 10, "`notify`"),
  refresh: jobMinutes(7200, 180, "`refresh`"),
  retrain: jobMinutes(7200, 240, "`retrain`"),
});

const extraPermissions = z.record(kebab, permissions).default({});

// Compiling a parser for each object pays off after many configs; a run reads one.
z.config({ jitless: true });

/** One pipeline. Every field but `name` has a default. */
export const pipelineSchema = z.strictObject({
  name: kebab.describe("Name of the pipeline: in workflow names, image names, artifact names and concurrency groups."),
  root: path.default(".").describe("Folder of the Python project, relative to the repository root."),
  defaultBranch: branch
    .default("main")
    .describe("cd runs on pushes to it; ci on pushes to all others and on pull requests."),
  files: files.prefault({}).describe("Names of the workflow files."),
  runners: runners.prefault({}).describe("Where the jobs run."),
  python: python.prefault({}).describe("The Python environment."),
  checks: checks
    .prefault({})
    .describe("The gates of ci, by id, in order: a command, `{ command, advisory }`, or `false`. More may be added."),
  dvc: dvc.prefault({}).describe("The DVC pipeline."),
  mlflow: z
    .union([mlflow, z.literal(false)])
    .prefault({})
    .describe("The MLflow server; `false`: none."),
  freshness: z
    .union([freshness, z.literal(false)])
    .prefault({})
    .describe("The gate on the age of the data; `false`: none."),
  images: z
    .array(image)
    .max(100)
    .prefault([
      { name: "api", dockerfile: "Dockerfile.api" },
      { name: "batch", dockerfile: "Dockerfile.batch" },
    ])
    .describe("Container images, published to the GitHub container registry."),
  deploy: z
    .union([deploy, z.literal(false)])
    .prefault({})
    .describe("Deployment to AWS ECS; `false`: nothing is deployed."),
  promote: z
    .union([promote, z.literal(false)])
    .prefault({})
    .describe("Promotion in the model registry; `false`: none."),
  artifacts: artifacts.prefault({}).describe("What the workflows keep."),
  nightly: nightly.prefault({}).describe("Schedule, monitoring and retraining."),
  notify: notify.optional().describe("Who is told of the result. Default: nobody."),
  environments: environments
    .prefault({})
    .describe("Deployment environments of the jobs that read secrets without deploying."),
  timeouts: timeouts.prefault({}).describe("Minutes per job."),
  permissions: z
    .strictObject({
      ci: extraPermissions.describe("Scopes to add in ci, by job id."),
      cd: extraPermissions.describe("Scopes to add in cd, by job id."),
      nightly: extraPermissions.describe("Scopes to add in nightly, by job id."),
    })
    .prefault({})
    .describe("Scopes to add, by workflow and job, each with its reason."),
  extend: extend.prefault({}).describe("Steps and jobs of your own, at named places of the generated workflows."),
});

/** Several pipelines of one repository, each with files of its own. */
export const pipelinesSchema = z.strictObject({
  pipelines: z
    .array(pipelineSchema)
    .min(1)
    .describe("The pipelines of a monorepo, each with a `name` and a `root` of its own."),
});

export const configSchema = z.union([pipelineSchema, pipelinesSchema]);

export type ConfigInput = z.input<typeof configSchema>;
/** A pipeline as parsed: defaults filled in, but for those that depend on another field. */
export type ParsedPipeline = z.output<typeof pipelineSchema>;
