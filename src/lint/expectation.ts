import { splitAllowedContext } from "@actions/workflow-parser/templates/allowed-context";
import type { DefinitionInfo } from "@actions/workflow-parser/templates/schema/definition-info";
import { DefinitionType } from "@actions/workflow-parser/templates/schema/definition-type";
import { MappingDefinition } from "@actions/workflow-parser/templates/schema/mapping-definition";
import { StringDefinition } from "@actions/workflow-parser/templates/schema/string-definition";

/** What GitHub's schema says of a place in a workflow. */
export interface Expectation {
  /** What it may be, in words: `a number`, `a list`. */
  readonly kinds: readonly string[];
  /** The texts it may be, where they are numbered. */
  readonly values: readonly string[];
  /** The keys it may have, where they are numbered. */
  readonly keys: readonly string[];
  /** For each form it may have as a mapping, its keys, and those that make it one. */
  readonly forms: readonly (readonly string[])[];
  readonly required: readonly (readonly string[])[];
  /** The contexts and functions that an expression has there; both empty where none may stand. */
  readonly contexts: readonly string[];
  readonly functions: readonly string[];
}

export const expectationOf = (info: DefinitionInfo): Expectation => {
  const scalars = info.getScalarDefinitions();
  const values = scalars.flatMap(scalar => (scalar instanceof StringDefinition ? (scalar.constant ?? []) : []));
  const types = scalars.flatMap(({ definitionType }) => KINDS[definitionType] ?? []);
  const mappings = info.getDefinitionsOfType(DefinitionType.Mapping).filter(one => one instanceof MappingDefinition);
  const sequences = info.getDefinitionsOfType(DefinitionType.Sequence);
  const { namedContexts, functions } = splitAllowedContext(info.allowedContext);
  return {
    kinds: [
      ...new Set(types),
      ...(sequences.length > 0 ? ["a list"] : []),
      ...(mappings.length > 0 ? ["a mapping"] : []),
    ],
    values,
    keys: [...new Set(mappings.flatMap(({ properties }) => Object.keys(properties)))],
    forms: mappings.map(({ properties }) => Object.keys(properties)),
    required: mappings.map(({ properties }) =>
      Object.entries(properties).flatMap(([key, { required }]) => (required ? [key] : [])),
    ),
    contexts: namedContexts,
    functions: functions.map(({ name }) => name),
  };
};

const KINDS: Readonly<Partial<Record<DefinitionType, string>>> = {
  [DefinitionType.Boolean]: "true or false",
  [DefinitionType.Number]: "a number",
  [DefinitionType.String]: "a text",
};
