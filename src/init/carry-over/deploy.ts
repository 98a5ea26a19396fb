import { commandLine, flagValue } from "../../lint/invocations.ts";
import { deploys, deploysToEcs, runs, usesAction } from "../../lint/roles.ts";
import { commandsOf } from "./commands.ts";
import type { Named } from "./images.ts";
import { lastPart } from "./images.ts";
import type { Landmark } from "./ledger.ts";
import type { Context } from "./readers.ts";
import type { RunStep } from "./run.ts";
import { spotOf } from "./run.ts";
import { configValue, nodeValue, textIn, wordValue } from "./values.ts";
import { stepVariables } from "./variables.ts";

const at = (step: string): Landmark => ({ workflow: "cd", job: "deploy", step });

/** Where and how the service is deployed. */
export const readDeploy = (context: Context, images: readonly Named[]): void => {
  const steps = context.roles.cd?.steps ?? [];
  const deploying = steps.filter(({ step }) => deploysToEcs(step));
  for (const run of deploying) readDeployment(run, context);
  for (const run of steps.filter(({ step }) => deploys(step) && !deploysToEcs(step))) tellOther(run, context);
  if (deploying.length === 0) return;
  const jobs = new Set(deploying.map(({ job }) => job));
  for (const run of steps) {
    if (usesAction(run.step, "aws-actions/amazon-ecs-render-task-definition")) readRendering(run, images, context);
    for (const use of commandsOf(run))
      if (runs(use.command, "aws", "ecs"))
        context.ledger.account(use.command, at(ecsStep(use.command.args.map(({ value }) => value))));
  }
  // Those of the job that deploys count first: a training job may have others.
  for (const run of [...steps].sort((a, b) => Number(jobs.has(b.job)) - Number(jobs.has(a.job))))
    readAccess(run, context);
  chooseImage(images, context);
};

/** What people call the image that answers requests. */
const SERVICE = /api|serv|scor|predict|app|web|online/;

const chooseImage = (images: readonly Named[], { ledger }: Context): void => {
  const [first] = images;
  if (!first || ledger.value("deploy", "image") !== undefined) return;
  const chosen = images.find(({ name }) => SERVICE.test(name)) ?? first;
  ledger.carry(["deploy", "image"], chosen.name, chosen.build.spot);
  if (images.length > 1)
    ledger.lose(
      chosen.build.spot,
      `which of ${images.map(({ name }) => `\`${name}\``).join(", ")} is deployed is not said: \`${chosen.name}\` by its name`,
      "set `deploy.image` if it is another",
    );
};

const ecsStep = (words: readonly (string | undefined)[]): string => {
  if (words.includes("update-service")) return "deploy";
  if (words.includes("wait")) return "verify";
  return words.includes("register-task-definition") ? "render" : "capture";
};

const readDeployment = (run: RunStep, { ledger }: Context): void => {
  const { step } = run;
  if (usesAction(step, "aws-actions/amazon-ecs-deploy-task-definition")) {
    ledger.account(run, at("deploy"));
    for (const field of ["cluster", "service"] as const) {
      const node = step.input(field);
      if (node) ledger.carry(["deploy", "aws", field], configValue(nodeValue(node, run)), spotOf(run, node));
    }
    const minutes = step.input("wait-for-minutes");
    if (minutes)
      ledger.carry(["deploy", "stabilityMinutes"], Number(textIn(nodeValue(minutes, run))), spotOf(run, minutes));
    for (const { key, keyPlace } of step.with)
      if (/^(?:codedeploy-|run-task|desired-count|force-new-deployment|propagate-tags)/i.test(key))
        ledger.lose(
          run.file.spot(keyPlace),
          `the deployment is given \`${key}\``,
          "the generated deployment is a rolling one: put a step of your own in its place with `extend.cd.deploy.replace.deploy`",
        );
  }
  for (const use of commandsOf(run)) {
    const line = use.command.name === "aws" ? commandLine(step, use.command) : undefined;
    if (line?.name !== "aws ecs update-service" && line?.name !== "aws ecs deploy") continue;
    ledger.account(use.command, at("deploy"));
    for (const field of ["cluster", "service"] as const) {
      const flag = flagValue(line, `--${field}`);
      const word = flag && use.command.args[flag.index];
      if (!flag || !word) continue;
      const value = flag.value?.value ?? configValue(wordValue(word, run));
      ledger.carry(["deploy", "aws", field], value, spotOf(run, word));
    }
  }
};

const readRendering = (run: RunStep, images: readonly Named[], { ledger }: Context): void => {
  const { step } = run;
  ledger.account(run, at("render"));
  const container = step.input("container-name");
  if (container) ledger.carry(["deploy", "container"], configValue(nodeValue(container, run)), spotOf(run, container));
  const image = step.input("image");
  const reference = image && nodeValue(image, run);
  const part = reference && "text" in reference ? lastPart(reference.text) : undefined;
  const named = images.find(
    ({ build, published }) => part !== undefined && (published === part || lastPart(build.reference) === part),
  );
  if (image && named) ledger.carry(["deploy", "image"], named.name, spotOf(run, image));
  const definition = step.input("task-definition");
  if (
    definition &&
    run.job.steps.every(
      other => !commandsOf(other).some(({ command }) => runs(command, "aws", "ecs", "describe-task-definition")),
    )
  )
    ledger.lose(
      spotOf(run, definition),
      `the task definition is the file \`${definition.text}\``,
      "the generated workflow takes the one that the service has and changes its image: what else of the file is not in AWS yet, bring there once",
    );
  for (const input of ["environment-variables", "secrets", "log-configuration-options", "command"])
    if (step.input(input))
      ledger.lose(
        spotOf(run, step.input(input) ?? step.node),
        `the task definition is given other \`${input}\``,
        "write them into the task definition in AWS, which the generated workflow keeps, or use `extend.cd.deploy.replace.render`",
      );
};

const readAccess = (run: RunStep, { ledger }: Context): void => {
  const { step } = run;
  if (usesAction(step, "aws-actions/configure-aws-credentials")) {
    const region = step.input("aws-region");
    if (region) ledger.carry(["deploy", "aws", "region"], configValue(nodeValue(region, run)), spotOf(run, region));
    const role = step.input("role-to-assume");
    const key = step.input("aws-access-key-id");
    if (role) {
      const value = configValue(nodeValue(role, run));
      if (value !== undefined) ledger.carry(["deploy", "aws", "auth"], { role: value }, spotOf(run, role));
    } else if (key)
      readKeys(
        run,
        [
          ["AWS_ACCESS_KEY_ID", key],
          ["AWS_SECRET_ACCESS_KEY", step.input("aws-secret-access-key")],
        ],
        ledger,
      );
    ledger.account(run, at("capture"));
  }
  if (!commandsOf(run).some(({ command }) => command.name === "aws")) return;
  for (const { entry, value, spot } of stepVariables(run)) {
    if (entry.key === "AWS_REGION" || entry.key === "AWS_DEFAULT_REGION") {
      entry.isUsed();
      ledger.carry(["deploy", "aws", "region"], configValue(value), spot);
    } else if (entry.key === "AWS_ACCESS_KEY_ID" && value.kind === "secret") {
      entry.isUsed();
      ledger.carry(["deploy", "aws", "auth"], "accessKeys", spot);
    } else if (/^AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)$/.test(entry.key)) entry.isUsed();
  }
};

const readKeys = (
  run: RunStep,
  keys: readonly (readonly [expected: string, node: RunStep["step"]["node"] | undefined])[],
  ledger: Context["ledger"],
): void => {
  for (const [expected, node] of keys) {
    const value = nodeValue(node, run);
    if (!node || value?.kind !== "secret") continue;
    if (expected === "AWS_ACCESS_KEY_ID") ledger.carry(["deploy", "aws", "auth"], "accessKeys", spotOf(run, node));
    if (value.name !== expected)
      ledger.lose(
        spotOf(run, node),
        `the key is the secret \`${value.name}\` here`,
        `the generated workflows read \`${expected}\`: store it under that name, or better, set \`deploy.aws.auth\` to a role`,
      );
  }
};

const tellOther = (run: RunStep, { ledger }: Context): void => {
  const { job } = run.job;
  // What stands around it in the job prepares it.
  for (const other of run.job.steps) {
    ledger.account(other);
    for (const use of commandsOf(other)) ledger.account(use.command);
  }
  ledger.lose(
    spotOf(run, run.step),
    `the job \`${job.id}\` deploys to something else than ECS: \`${run.step.label}\``,
    "the generated workflow deploys to ECS only: set `deploy` to false and add the job with `extend.cd.jobs`",
  );
};
