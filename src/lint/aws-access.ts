import type { RepositoryContents } from "../repository/contents.ts";
import { isWithin } from "../repository/dvc/paths.ts";
import type { CommandLine } from "./invocations.ts";
import { commandLines, hasFlag } from "./invocations.ts";
import type { Place } from "./place.ts";
import type { Step, Workflow } from "./workflow.ts";
import { folderOf, isTrueBefore, isTrueUntil, repositoryPath } from "./workspace.ts";
import { isPython, moduleOf } from "./wrappers.ts";

/** Something in a step that talks to AWS. */
export interface AwsUse {
  readonly step: Step;
  readonly place: Place;
  /** For messages: `aws ecs describe-services`. */
  readonly name: string;
  readonly needsRegion: boolean;
  readonly line?: CommandLine;
}

/** Services with one address for all regions, and commands that ask nobody. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  "s3",
  "s3api",
  "iam",
  "sts",
  "route53",
  "cloudfront",
  "organizations",
]);
const LOCAL: ReadonlySet<string> = new Set(["configure", "history", "sso", "login", "logout"]);

const ACTIONS: ReadonlySet<string> = new Set([
  "aws-actions/amazon-ecs-deploy-task-definition",
  "aws-actions/amazon-ecr-login",
  "aws-actions/amazon-ecs-render-task-definition",
]);

/** The first use of AWS in each step: the others fail for the same reason. */
export const awsUses = ({ steps }: Workflow, repository: RepositoryContents | undefined): readonly AwsUse[] =>
  steps.flatMap(step => {
    const [first] = [...actions(step), ...commands(step), ...metrics(step, repository)];
    const regional = commands(step).find(({ needsRegion }) => needsRegion);
    return first ? (first.needsRegion || !regional ? [first] : [first, regional]) : [];
  });

const actions = (step: Step): readonly AwsUse[] => {
  const { uses } = step;
  if (uses?.action === undefined || !ACTIONS.has(uses.action)) return [];
  // A task definition in a file is filled in without asking AWS.
  const asks = step.with.some(({ key }) => /^task-definition-(?:arn|family)$/i.test(key));
  if (uses.action === "aws-actions/amazon-ecs-render-task-definition" && !asks) return [];
  return [{ step, place: uses.node.place, name: uses.action.split("/")[1] as string, needsRegion: true }];
};

const commands = (step: Step): readonly AwsUse[] =>
  commandLines(step).flatMap(line => {
    const { command, invocation } = line;
    const service = invocation.subcommand[0] ?? command.args.find(({ start }) => !start.startsWith("-"))?.value;
    if (invocation.program !== "aws" || service === undefined || service === "help" || LOCAL.has(service)) return [];
    if (hasFlag(line, "--no-sign-request", "--version")) return [];
    if (command.tolerated && !command.pipedInto) return [];
    if (command.args.some(({ value }) => value === "help" || value === "--generate-cli-skeleton")) return [];
    const needsRegion = !EVERYWHERE.has(service);
    return [
      { step, place: command.place, name: `aws ${invocation.subcommand.join(" ") || service}`, needsRegion, line },
    ];
  });

/** The monitoring of production publishes to CloudWatch where its configuration names it, and only logs that it could not. */
const metrics = (step: Step, repository: RepositoryContents | undefined): readonly AwsUse[] =>
  (step.script?.commands ?? []).flatMap(command => {
    const { name, args, place } = command;
    const called = isPython(name) ? moduleOf(args) : undefined;
    if (!called?.name.endsWith("monitoring.production")) return [];
    const folder = folderOf(step, command);
    if (!repository || folder === undefined || !args.some(({ value }) => value === "--publish-metrics")) return [];
    const configs = repositoryPath(folder, "configs") as string;
    const isConfigured = repository.files.some(
      file => isWithin(file, configs) && /^\s*cloudwatch\w*:/m.test(repository.text(file) ?? ""),
    );
    return isConfigured ? [{ step, place, name: `${called.name} --publish-metrics`, needsRegion: true }] : [];
  });

const CREDENTIALS = [
  ...["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  ...["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
];

const REGIONS = ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE"];

/** Whether a step may have what AWS wants of it: `maybe`, where a part of the job that cannot be seen may give it. */
export const hasAws = ({ step, line }: AwsUse, what: "credentials" | "region"): "yes" | "no" | "maybe" => {
  const names = what === "credentials" ? CREDENTIALS : REGIONS;
  if (names.some(name => step.hasVariable(name) || line?.command.environment.has(name))) return "yes";
  if (what === "region" && line && hasFlag(line, "--region", "--profile")) return "yes";
  if (what === "credentials" && line && hasFlag(line, "--profile")) return "yes";
  if (isInContainer(step, names)) return "yes";
  if (isTrueBefore(step, configuresAws)) return "yes";
  if (isTrueUntil(step, what === "credentials" ? tellsCredentials : tellsRegion)) return "yes";
  return isTrueUntil(step, mayGive) ? "maybe" : "no";
};

const configuresAws = ({ uses }: Step): boolean => uses?.action === "aws-actions/configure-aws-credentials";
const tellsCredentials = (step: Step): boolean => tells(step, CREDENTIALS);
const tellsRegion = (step: Step): boolean => tells(step, REGIONS);

/** Whether its script speaks of one of the variables, or of the files of the AWS CLI. */
const tells = ({ run }: Step, names: readonly string[]): boolean => {
  const text = run?.text ?? "";
  return names.some(name => text.includes(name)) || /aws configure|\.aws\//.test(text);
};

const isInContainer = ({ job }: Step, names: readonly string[]): boolean =>
  (job.node.get("container")?.get("env")?.entries ?? []).some(({ key }) => names.includes(key));

/** Actions that leave the environment as it is. */
const QUIET = /^(?:actions|docker|astral-sh|aws-actions|iterative|github|codecov)\//;

/** Whether it may set variables that the file does not name. */
const mayGive = (step: Step): boolean => {
  const { uses, run, script } = step;
  if (uses) return uses.action === undefined || !QUIET.test(uses.action);
  if (!run) return false;
  if (!script) return run.text.includes("GITHUB_ENV");
  return script.commands.some(
    ({ name, args, redirects, program }) =>
      ["source", ".", "eval", "bash", "sh"].includes(name ?? "") ||
      program.value?.endsWith(".sh") ||
      (name === "export" && args.some(({ value, start }) => value === undefined && !/^\w+=/.test(start))) ||
      (redirects.some(({ target }) => target?.text.includes("GITHUB_ENV")) &&
        !args.some(({ start }) => /^\w+(?:=|<<)/.test(start))) ||
      (name === "tee" && args.some(({ text }) => text.includes("GITHUB_ENV"))),
  );
};
