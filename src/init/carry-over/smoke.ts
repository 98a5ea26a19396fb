import { payloadsOf } from "../../lint/curl.ts";
import type { Word } from "../../lint/script.ts";
import { requestsOf, type ServiceRequest } from "../../lint/service-requests.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf } from "./commands.ts";
import { underRoot } from "./paths.ts";
import type { Context } from "./readers.ts";
import type { Known, RunStep } from "./run.ts";
import { spotOf } from "./run.ts";
import { configValue, expressionValue, variableValue, wordValue } from "./values.ts";

/** The test of the deployed service. */
export const readSmoke = (context: Context): void => {
  for (const run of context.roles.cd?.steps ?? [])
    for (const request of requestsOf(run.step)) {
      const use = commandsOf(run).find(
        ({ command }) => command.place === request.command.place || command.program === request.command.program,
      );
      readRequest(run, request, use, context);
    }
};

const readRequest = (
  run: RunStep,
  { call, command }: ServiceRequest,
  use: CommandUse | undefined,
  context: Context,
): void => {
  const { ledger } = context;
  const [url] = call.urls;
  if (!url) return;
  if (use) ledger.account(use.command, { workflow: "cd", job: "deploy", step: "smoke" });
  for (const piped of pipedFrom(command)) ledger.account(piped);
  const address = addressOf(url, run);
  const spot = spotOf(run, url);
  if (!address) {
    ledger.lose(
      spot,
      `the address \`${url.text}\` is only known at run time`,
      "name it, or the secret that holds it, in `deploy.smoke.baseUrl`",
    );
    return;
  }
  const base = configValue(address.base);
  if (base !== undefined) ledger.carry(["deploy", "smoke", "baseUrl"], base, spot);
  const payloads = payloadsOf(call);
  const asks = payloads.length > 0 || call.options.get("request")?.some(({ value }) => value === "POST") === true;
  if (!asks) {
    if (address.path) ledger.carry(["deploy", "smoke", "health"], address.path, spot);
  } else {
    if (address.path) ledger.carry(["deploy", "smoke", "predict", "path"], address.path, spot);
    for (const word of payloads) readPayload(word, run, context);
    const filter = jqCondition(command);
    if (filter?.value !== undefined)
      ledger.carry(["deploy", "smoke", "predict", "expect"], filter.value, spotOf(run, filter));
  }
  const retries = Number(call.options.get("retry")?.[0]?.value ?? "x");
  const [retry] = call.options.get("retry") ?? [];
  if (retry && Number.isInteger(retries))
    ledger.carry(["deploy", "smoke", "attempts"], retries + 1, spotOf(run, retry));
  const [delay] = call.options.get("retry-delay") ?? [];
  const seconds = Number(delay?.value ?? "x");
  if (delay && Number.isInteger(seconds))
    ledger.carry(["deploy", "smoke", "delaySeconds"], seconds, spotOf(run, delay));
};

/** Where a service answers, and the path that is asked. */
const addressOf = (
  word: Word,
  run: RunStep,
): { readonly base: Known; readonly path: string | undefined } | undefined => {
  const whole = wordValue(word, run);
  if (whole.kind === "text") {
    const url = URL.canParse(whole.text) ? new URL(whole.text) : undefined;
    if (!url || url.hostname === "localhost" || url.hostname === "127.0.0.1") return undefined;
    const path = url.pathname + url.search;
    return { base: { kind: "text", text: url.origin }, path: path === "/" ? undefined : path };
  }
  if (whole.kind !== "unknown") return { base: whole, path: undefined };
  const text = word.text.replaceAll(/["']/g, "");
  const [expansion, ...others] = word.expansions;
  if (expansion === undefined || others.length > 0 || !text.startsWith(expansion)) return undefined;
  const name = /^\$\{?(\w+)\}?$/.exec(expansion)?.[1];
  const base = expansion.startsWith("${{")
    ? expressionValue(expansion, run)
    : name === undefined
      ? undefined
      : variableValue(name, run);
  const path = text.slice(expansion.length);
  return base && base.kind !== "unknown" ? { base, path: path === "" ? undefined : path } : undefined;
};

const readPayload = (word: Word, run: RunStep, { ledger, root }: Context): void => {
  const spot = spotOf(run, word);
  // What holds no record proves nothing: that is told as what it is.
  if (run.file.faults.within(word.place)) return;
  const path = ["deploy", "smoke", "predict", "payload"];
  const { value } = word;
  if (value?.startsWith("@") && value !== "@-") {
    ledger.carry(path, underRoot(value.slice(1), root), spot);
    return;
  }
  const data = value === undefined ? undefined : objectIn(value);
  if (data) ledger.carry(path, data, spot);
  else
    ledger.lose(
      spot,
      "what is sent to the service is only known at run time, or is no JSON object",
      "put a request that must be answered into a JSON file and name it in `deploy.smoke.predict.payload`",
    );
};

const objectIn = (text: string): object | undefined => {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null && !Array.isArray(data) ? data : undefined;
  } catch {
    return undefined;
  }
};

const pipedFrom = ({ pipedInto }: ServiceRequest["command"]): readonly ServiceRequest["command"][] =>
  pipedInto ? [pipedInto, ...pipedFrom(pipedInto)] : [];

/** The condition that the answer must meet, where `jq --exit-status` judges it. */
const jqCondition = (command: ServiceRequest["command"]): Word | undefined => {
  const jq = pipedFrom(command).find(({ name }) => name === "jq");
  const isJudged = jq?.args.some(({ value }) => value === "--exit-status" || /^-[a-z]*e[a-z]*$/.test(value ?? ""));
  return isJudged ? jq?.args.find(({ start }) => !start.startsWith("-")) : undefined;
};
