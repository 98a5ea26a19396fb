import { readCurl } from "../../lint/curl.ts";
import { statusFunctions } from "../../lint/moments.ts";
import type { Node } from "../../lint/node.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf } from "./commands.ts";
import type { Context } from "./readers.ts";
import type { Known, RoleRun, RunStep } from "./run.ts";
import { spotOf } from "./run.ts";
import { nodeValue, wordValue } from "./values.ts";
import { stepVariables } from "./variables.ts";

/** Actions that tell Slack, with the inputs and variables that hold the webhook. */
const SLACK: Readonly<Record<string, readonly string[]>> = {
  "slackapi/slack-github-action": ["webhook", "SLACK_WEBHOOK_URL"],
  "rtcamp/action-slack-notify": ["SLACK_WEBHOOK"],
  "8398a7/action-slack": ["SLACK_WEBHOOK_URL"],
  "ravsamhq/notify-slack-action": ["SLACK_WEBHOOK_URL"],
  "act10ns/slack": ["webhook-url", "SLACK_WEBHOOK_URL"],
};

/** Who is told how a run ended. */
export const readNotifications = (context: Context): void => {
  const told = new Set<"success" | "failure">();
  let first: { readonly run: RunStep; readonly node: Node } | undefined;
  for (const role of ["cd", "nightly", "ci"] as const)
    for (const run of context.roles[role]?.steps ?? []) {
      if (!readAction(run, role, context) && !readCalls(run, role, context)) continue;
      if (role !== "cd") continue;
      first ??= { run, node: run.step.if ?? run.job.job.if ?? run.step.node };
      for (const result of resultsOf(run)) told.add(result);
    }
  if (first && told.size > 0 && context.ledger.fields.some(({ path }) => path[0] === "notify"))
    context.ledger.carry(
      ["notify", "on"],
      (["success", "failure"] as const).filter(result => told.has(result)),
      spotOf(first.run, first.node),
    );
};

const resultsOf = ({ step, job }: RunStep): readonly ("success" | "failure")[] => {
  const functions = [step.if, job.job.if].flatMap(statusFunctions);
  if (functions.includes("always") || functions.includes("cancelled")) return ["success", "failure"];
  const found = (["success", "failure"] as const).filter(result => functions.includes(result));
  return found.length > 0 ? found : ["success"];
};

const at = (role: RoleRun["role"]) => ({ workflow: role, job: "notify", step: "notify" }) as const;

const readAction = (run: RunStep, role: RoleRun["role"], { ledger }: Context): boolean => {
  const { step } = run;
  const action = step.uses?.action ?? "";
  if (!Object.hasOwn(SLACK, action)) return false;
  ledger.account(run, at(role));
  const names = SLACK[action] ?? [];
  const input = names.map(name => step.input(name)).find(node => node !== undefined);
  const variable = stepVariables(run).find(({ entry }) => names.includes(entry.key));
  variable?.entry.isUsed();
  const value = input ? nodeValue(input, run) : variable?.value;
  carryWebhook("slack", value, input ? spotOf(run, input) : (variable?.spot ?? spotOf(run, step)), run, role, ledger);
  return true;
};

const readCalls = (run: RunStep, role: RoleRun["role"], { ledger }: Context): boolean => {
  let isTold = false;
  for (const use of commandsOf(run)) {
    if (use.command.name !== "curl" || ledger.isAccounted(use.command)) continue;
    const url = webhookOf(use);
    if (!url) continue;
    isTold = true;
    ledger.account(use.command, at(role));
    const isSlack = /slack/i.test(url.name);
    if (/teams|discord|pagerduty|telegram|opsgenie/i.test(url.name))
      ledger.lose(
        use.spot,
        `the result is told to the secret \`${url.name}\`, in a form of its own`,
        `add a job with \`extend.${role}.jobs\`: \`notify.webhook\` sends JSON of its own form`,
      );
    else carryWebhook(isSlack ? "slack" : "webhook", url, use.spot, run, role, ledger);
    for (const { entry, value } of stepVariables(run))
      if (value.kind === "secret" && value.name === url.name) entry.isUsed();
  }
  return isTold;
};

/** The secret that curl posts to, where its name tells that it is for messages. */
const webhookOf = (use: CommandUse): (Known & { readonly kind: "secret" }) | undefined => {
  for (const word of readCurl(use.command).urls) {
    const value = wordValue(word, use.at);
    if (
      value.kind === "secret" &&
      /slack|webhook|hook|notif|teams|discord|pagerduty|telegram|opsgenie/i.test(value.name)
    )
      return value;
  }
  return undefined;
};

const carryWebhook = (
  kind: "slack" | "webhook",
  value: Known | undefined,
  spot: ReturnType<typeof spotOf>,
  run: RunStep,
  role: RoleRun["role"],
  ledger: Context["ledger"],
): void => {
  if (role === "ci") {
    ledger.lose(
      spot,
      `ci tells its result: \`${run.step.label}\``,
      "ci has no secrets, so that it can run for forks: GitHub itself tells who opened the pull request",
    );
    return;
  }
  if (value?.kind === "secret")
    ledger.carry(kind === "slack" ? ["notify", "slack"] : ["notify", "webhook", "url"], { secret: value.name }, spot);
  else
    ledger.lose(
      spot,
      `\`${run.step.label}\` tells somebody, but not by the secret of a webhook`,
      `make an incoming webhook and name its secret in \`notify.slack\`, or add a job with \`extend.${role}.jobs\``,
    );
};
