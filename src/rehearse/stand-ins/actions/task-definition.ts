import { existsSync, readFileSync } from "node:fs";
import { inWorkspace, Refusal } from "../toolkit.ts";

/** A task definition of ECS, as far as the actions look into it. */
export interface TaskDefinition {
  readonly containerDefinitions?: readonly Container[];
  readonly [field: string]: unknown;
}

/** One container of it. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly environment?: readonly { readonly name: string; readonly value?: string }[];
  readonly [field: string]: unknown;
}

/** What ECS says of a definition that it has, and does not take for a new one. */
export const READ_ONLY = [
  "compatibilities",
  "taskDefinitionArn",
  "requiresAttributes",
  "revision",
  "status",
  "registeredAt",
  "deregisteredAt",
  "registeredBy",
];

/** The task definition in a file of the workspace. */
export const readTaskDefinition = (file: string): TaskDefinition => {
  const path = inWorkspace(file);
  if (!existsSync(path)) throw new Refusal(`Task definition file does not exist: ${file}`);
  try {
    return JSON.parse(readFileSync(path, "utf8")) as TaskDefinition;
  } catch (problem) {
    throw new Refusal(`A rehearsal reads a task definition as JSON, which ${file} is not: ${problem}`);
  }
};
