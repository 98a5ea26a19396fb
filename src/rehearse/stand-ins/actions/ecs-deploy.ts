import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { aws } from "../aws.ts";
import { minute, need } from "../environment.ts";
import { recordAction } from "../journal.ts";
import { flag, info, input, Refusal, requiredInput, setOutput, warn, withoutEffect } from "../toolkit.ts";
import { type Container, READ_ONLY, readTaskDefinition, type TaskDefinition } from "./task-definition.ts";

const MAX_MINUTES = 360;
/** How long to wait between two looks at the service, as a part of a minute; never longer than a second. */
const LOOK = 15 / 60;

interface Deployment {
  readonly id: string;
  readonly status: string;
  readonly rolloutState?: string;
  readonly rolloutStateReason?: string;
}

interface Service {
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly deployments: readonly Deployment[];
  readonly deploymentController?: { readonly type: string };
  readonly events?: readonly { readonly message: string }[];
}

interface Services {
  readonly services: readonly Service[];
  readonly failures?: readonly { readonly arn?: string; readonly reason?: string }[];
}

/** Without empty values, which ECS does not accept. */
const prune = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const kept = value.map(prune).filter(one => one !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (value === null || value === undefined || value === "") return undefined;
  if (typeof value !== "object") return value;
  const kept = Object.entries(value)
    .map(([name, one]) => [name, prune(one)] as const)
    .filter(([, one]) => one !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
};

/** A variable may be empty, unlike everything else. */
const withEmptyVariables = ({ environment, ...container }: Container): object => ({
  ...container,
  ...(environment && { environment: environment.map(one => ({ ...one, value: one.value ?? "" })) }),
});

const readDefinition = (): object => {
  const definition = (prune(readTaskDefinition(requiredInput("task-definition"))) ?? {}) as TaskDefinition;
  for (const name of READ_ONLY)
    if (name in definition)
      warn(
        `Ignoring property '${name}' in the task definition file. This property is returned by the Amazon ECS ` +
          "DescribeTaskDefinition API, but it is not a valid field when registering a new task definition.",
      );
  const kept = Object.entries(definition).filter(([name]) => !READ_ONLY.includes(name));
  return {
    ...Object.fromEntries(kept),
    containerDefinitions: definition.containerDefinitions?.map(withEmptyVariables),
  };
};

const register = (): string => {
  const file = join(need("RUNNER_TEMP"), "register-task-definition.json");
  writeFileSync(file, JSON.stringify(readDefinition()));
  try {
    const answer = aws<{ readonly taskDefinition: { readonly taskDefinitionArn: string } }>([
      ...["ecs", "register-task-definition", "--cli-input-json", `file://${file}`],
    ]);
    return answer.taskDefinition.taskDefinitionArn;
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    throw new Refusal(`Failed to register task definition in ECS: ${problem.message}`);
  } finally {
    rmSync(file);
  }
};

const look = (cluster: string, name: string): Service => {
  const { services, failures } = aws<Services>([
    ...["ecs", "describe-services", "--cluster", cluster, "--services", name],
  ]);
  const [failure] = failures ?? [];
  if (failure) throw new Refusal(`${failure.arn} is ${failure.reason}`);
  const [service] = services;
  if (service?.status !== "ACTIVE") throw new Refusal(`Service is ${service?.status}`);
  const controller = service.deploymentController?.type ?? "ECS";
  if (controller !== "ECS") throw new Refusal(`A rehearsal deploys with ECS alone, not with ${controller}`);
  return service;
};

const isStable = ({ deployments, runningCount, desiredCount }: Service): boolean =>
  deployments.length === 1 && runningCount === desiredCount && deployments[0]?.rolloutState !== "IN_PROGRESS";

/** A service that is stable again without our deployment was put back by the circuit breaker. */
const judge = ({ deployments }: Service, id: string | undefined): void => {
  const ours = deployments.find(deployment => deployment.id === id);
  if (id !== undefined && !ours)
    throw new Refusal(
      `Deployment ${id} not found after stabilization. The deployment was likely rolled back by the deployment circuit breaker.`,
    );
  if (ours?.rolloutState === "FAILED")
    throw new Refusal(`Deployment ${id} FAILED: ${ours.rolloutStateReason ?? "no reason given"}`);
};

const waitUntilStable = async (cluster: string, name: string, id: string | undefined): Promise<void> => {
  const minutes = Math.min(Number.parseInt(input("wait-for-minutes"), 10) || 30, MAX_MINUTES);
  const end = Date.now() + minutes * minute();
  for (;;) {
    const service = look(cluster, name);
    if (isStable(service)) {
      judge(service, id);
      info("The service is stable.");
      return;
    }
    if (Date.now() >= end)
      throw new Refusal(
        `TimeoutError: Waiter has timed out after ${minutes} minutes: ${service.events?.[0]?.message ?? "no event"}`,
      );
    await setTimeout(Math.min(LOOK * minute(), 1000));
  }
};

const update = (cluster: string, name: string, taskDefinition: string): string | undefined => {
  const count = input("desired-count");
  const { service } = aws<{ readonly service: Service }>([
    ...["ecs", "update-service", "--cluster", cluster, "--service", name, "--task-definition", taskDefinition],
    ...(flag("force-new-deployment", false) ? ["--force-new-deployment"] : []),
    ...(count === "" ? [] : ["--desired-count", count]),
  ]);
  return service.deployments.find(({ status }) => status === "PRIMARY")?.id;
};

/** Registers the task definition, and brings the service to it. */
export const ecsDeploy = {
  main: async () => {
    withoutEffect(
      "run-task",
      "propagate-tags",
      "enable-ecs-managed-tags",
      "service-managed-ebs-volume",
      "keep-null-value-keys",
    );
    const taskDefinition = register();
    setOutput("task-definition-arn", taskDefinition);
    const [service, cluster] = [input("service"), input("cluster") || "default"];
    recordAction({ kind: "deploy", taskDefinition, service, cluster });
    if (service === "") return;
    look(cluster, service);
    const id = update(cluster, service, taskDefinition);
    info(`Deployment started: ${service} in ${cluster}, ${taskDefinition}`);
    if (flag("wait-for-service-stability", false)) await waitUntilStable(cluster, service, id);
  },
};
