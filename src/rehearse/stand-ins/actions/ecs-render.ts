import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { aws } from "../aws.ts";
import { need } from "../environment.ts";
import { recordAction } from "../journal.ts";
import { input, lines, Refusal, requiredInput, setOutput, withoutEffect } from "../toolkit.ts";
import { type Container, READ_ONLY, readTaskDefinition, type TaskDefinition } from "./task-definition.ts";

const describe = (name: string): TaskDefinition =>
  aws<{ readonly taskDefinition: TaskDefinition }>(["ecs", "describe-task-definition", "--task-definition", name])
    .taskDefinition;

/** The file, or the one that ECS has: by its ARN, or by family and revision. */
const source = (): TaskDefinition => {
  const [file, arn, family, revision] = [
    input("task-definition"),
    input("task-definition-arn"),
    input("task-definition-family"),
    input("task-definition-revision"),
  ];
  if (file !== "") return readTaskDefinition(file);
  if (arn !== "") return describe(arn);
  if (family !== "") return describe(revision === "" ? family : `${family}:${revision}`);
  throw new Refusal("Either task definition, task definition arn or task definition family must be provided");
};

/** The container with the image and the variables of the step. */
const changed = (container: Container, image: string): Container => {
  const given = lines("environment-variables").map(line => {
    const at = line.indexOf("=");
    if (at < 1)
      throw new Refusal(
        `Cannot parse the environment variable '${line}'. Environment variable pairs must be of the form NAME=value.`,
      );
    return { name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
  });
  if (given.length === 0) return { ...container, image };
  const kept = (container.environment ?? []).filter(({ name }) => !given.some(one => one.name === name));
  return { ...container, image, environment: [...kept, ...given] };
};

/** The task definition with the new image in its container, as a file. */
export const ecsRender = {
  main: () => {
    const [container, image] = [requiredInput("container-name"), requiredInput("image")];
    withoutEffect(
      ...["log-configuration-log-driver", "log-configuration-options", "docker-labels", "command"],
      ...["task-role-arn", "execution-role-arn", "env-files", "secrets"],
    );
    const found = Object.entries(source()).filter(([name]) => !READ_ONLY.includes(name));
    const definition: TaskDefinition = Object.fromEntries(found);
    const containers = definition.containerDefinitions;
    if (!Array.isArray(containers))
      throw new Refusal(
        "Invalid task definition format: containerDefinitions section is not present or is not an array",
      );
    if (!containers.some(({ name }) => name === container))
      throw new Refusal("Invalid task definition: Could not find container definition with matching name");
    const rendered: TaskDefinition = {
      ...definition,
      containerDefinitions: containers.map((one: Container) => (one.name === container ? changed(one, image) : one)),
    };
    const file = join(need("RUNNER_TEMP"), `task-definition-${randomUUID()}.json`);
    writeFileSync(file, JSON.stringify(rendered, null, 2));
    setOutput("task-definition", file);
    recordAction({ kind: "render", container, image });
  },
};
