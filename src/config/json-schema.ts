import * as z from "zod";
import { jobIds } from "../model/workflow-name.ts";
import { addedJob, changedJob, permissions, step, workflowChanges } from "./extend.ts";
import { configSchema, pipelineSchema, pipelinesSchema } from "./schema.ts";
import * as values from "./values.ts";

/** A JSON Schema as far as this tool writes it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | false;
  readonly required?: readonly string[];
}

/** The parts that recur, by the name they have in the schema and in the published types. */
const parts = {
  Pipeline: pipelineSchema,
  Pipelines: pipelinesSchema,
  SecretReference: values.secretReference,
  VariableReference: values.variableReference,
  OutputReference: values.outputReference,
  WorkflowChanges: workflowChanges,
  ChangedJob: changedJob,
  AddedJob: addedJob,
  Step: step,
  Permissions: permissions,
  line: values.line,
  command: values.command,
  script: values.script,
  kebab: values.kebab,
  stepId: values.stepId,
  value: values.value,
  path: values.path,
  glob: values.glob,
  workflowFile: values.workflowFile,
  branch: values.branch,
  stage: values.stage,
  urlPath: values.urlPath,
};

/** The JSON Schema (2020-12) of a config as written: what has a default is optional. */
export const configJsonSchema = (): JsonSchema => {
  for (const [id, part] of Object.entries<z.ZodType>(parts))
    z.globalRegistry.add(part, { ...z.globalRegistry.get(part), id });
  const { $schema, $defs } = z.toJSONSchema(configSchema, {
    io: "input",
    target: "draft-2020-12",
    override: ({ jsonSchema }) => {
      namedKeys(jsonSchema as Mutable);
      ownChanges(jsonSchema as Mutable);
    },
  }) as JsonSchema & { readonly $schema: string };
  return {
    ...{ $schema },
    title: "Config of creditrisk-ci",
    // A union would make an editor report the problems of both arms.
    ...{
      if: { type: "object", required: ["pipelines"] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { $ref: "#/$defs/Pipelines" },
      else: { $ref: "#/$defs/Pipeline" },
    },
    $defs: Object.fromEntries(
      Object.entries($defs ?? {}).flatMap(([name, definition]) =>
        name === "WorkflowChanges"
          ? Object.entries(jobIds).map(([workflow, ids]) => [
              changesName(workflow),
              titled(changesOf(definition, ids), `extend.${workflow}`),
            ])
          : [[jsonName(name), titled(definition, "")]],
      ),
    ),
  };
};

const changesName = (workflow: string): string => `${workflow.charAt(0).toUpperCase()}${workflow.slice(1)}Changes`;

/** In the schema of zod any job may be changed, since which there are depends on the config; an editor wants names. */
const changesOf = ({ properties, description = "", ...schema }: JsonSchema, ids: readonly string[]): JsonSchema => {
  const changed = (description: string): JsonSchema => ({ description, $ref: "#/$defs/ChangedJob" });
  const [pattern] = ids.filter(id => id.endsWith("-"));
  return {
    ...schema,
    description,
    properties: {
      ...properties,
      ...Object.fromEntries(
        ids
          .filter(id => id !== pattern)
          .map(id => [id, changed(`Steps to add to the job \`${id}\`, or to replace in it.`)]),
      ),
    },
    ...(pattern && {
      patternProperties: { [`^${pattern}`]: changed("Steps to add to the job of an image, or to replace in it.") },
    }),
    additionalProperties: false,
  };
};

type Mutable = { -readonly [K in keyof JsonSchema]: JsonSchema[K] };

/** Keys out of a list become properties: an editor completes those. */
const namedKeys = (schema: Mutable): void => {
  const { propertyNames, additionalProperties } = schema;
  if (!propertyNames?.enum || !additionalProperties) return;
  schema.properties = Object.fromEntries(propertyNames.enum.map(key => [key, additionalProperties]));
  schema.additionalProperties = false;
  delete schema.propertyNames;
};

/** Each workflow has jobs of its own. */
const ownChanges = (schema: Mutable): void => {
  if (!schema.properties?.ci?.$ref?.endsWith("/WorkflowChanges")) return;
  schema.properties = Object.fromEntries(
    Object.keys(jobIds).map(workflow => [workflow, { default: {}, $ref: `#/$defs/${changesName(workflow)}` }]),
  );
};

/** zod has no name for the one part that refers to itself: any JSON value. */
const jsonName = (name: string): string => name.replace(/^__schema0$/, "Json");

/** Gives every property its dotted path as a title, which editors show above the description. */
const titled = (schema: JsonSchema, path: string): JsonSchema => {
  const inner = (child: JsonSchema) => titled(child, path);
  const { title, $ref, ...rest } = schema;
  return {
    ...(title === undefined ? {} : { title }),
    ...($ref === undefined ? {} : { $ref: `#/$defs/${jsonName($ref.slice("#/$defs/".length))}` }),
    ...rest,
    ...(schema.anyOf && { anyOf: schema.anyOf.map(inner) }),
    ...(schema.items && { items: inner(schema.items) }),
    ...(schema.propertyNames && { propertyNames: inner(schema.propertyNames) }),
    ...(schema.additionalProperties && { additionalProperties: inner(schema.additionalProperties) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([key, child]) => {
          const place = path === "" ? key : `${path}.${key}`;
          return [key, { title: place, ...titled(child, place) }];
        }),
      ),
    }),
  };
};
