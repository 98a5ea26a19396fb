import type { CurlCall } from "./curl.ts";
import { readCurl } from "./curl.ts";
import { commandsIn } from "./roles.ts";
import type { ShellCommand, Word } from "./script.ts";
import type { Step } from "./workflow.ts";

/** A call of curl that asks a service of ours, as far as its address tells. */
export interface ServiceRequest {
  readonly step: Step;
  readonly command: ShellCommand;
  readonly call: CurlCall;
  /** What is known of the address. */
  readonly address: string;
}

/** Paths and variable names by which one asks a service whether it works. */
const SERVICE =
  /\/(?:health|healthz|healthcheck|ready|readyz|live|livez|ping|predict|predictions|invocations|score|infer|version|metadata|schema)(?![\w-])|endpoint|base_?url|service_?url|api_?url|app_?url|health|smoke|predict|scoring|deploy(?:ed|ment)?_?url/i;

/** Addresses of others. */
const FOREIGN = /webhook|hooks\.|slack|teams|discord|pagerduty|notif|github|mlflow|sentry|grafana|datadog|newrelic/i;

const known = new WeakMap<Step, readonly ServiceRequest[]>();

/** The requests of a step to a service, in the order they are written. */
export const requestsOf = (step: Step): readonly ServiceRequest[] => {
  let requests = known.get(step);
  if (!requests) {
    requests = commandsIn(step).flatMap(command => {
      if (command.name !== "curl") return [];
      const call = readCurl(command);
      const address = call.urls.map(word => spelledOut(word, step)).join(" ");
      return SERVICE.test(address) && !FOREIGN.test(address) ? [{ step, command, call, address }] : [];
    });
    known.set(step, requests);
  }
  return requests;
};

/** A word, and what the file says of the variables in it. */
const spelledOut = ({ text }: Word, step: Step): string => {
  const names = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name);
  const values = names.flatMap(name => [
    ...[step.env, step.job.env, step.job.workflow.env].flatMap(
      env => env.find(({ key }) => key === name)?.value.text ?? [],
    ),
    ...(step.script?.assignments ?? []).flatMap(one => (one.name === name && one.value ? [one.value.text] : [])),
  ]);
  return [text, ...values].join(" ");
};

/** Whether it calls curl with an address that a variable brings, in whichever way, and the variable is called after a service. */
export const asksByVariable = (step: Step): boolean => {
  const names = step.env.map(({ key }) => key).join(" ");
  return SERVICE.test(names) && !FOREIGN.test(names) && commandsIn(step).some(({ name }) => name === "curl");
};
