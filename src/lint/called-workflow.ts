import { FeatureFlags } from "@actions/expressions";
import { MappingDefinition } from "@actions/workflow-parser/templates/schema/mapping-definition";
import { TemplateContext, TemplateValidationErrors } from "@actions/workflow-parser/templates/template-context";
import { NoOperationTraceWriter } from "@actions/workflow-parser/templates/trace-writer";
import { parseWorkflow } from "@actions/workflow-parser/workflows/workflow-parser";
import { getWorkflowSchema } from "@actions/workflow-parser/workflows/workflow-schema";
import { parse, stringify } from "yaml";
import { SourceText } from "./place.ts";
import { isReadable, shapeOf } from "./yaml-shape.ts";

/** Steps that run in the background came in 2026; everything else is known to GitHub's parser without being asked for. */
export const featureFlags = new FeatureFlags({ allowBackgroundSteps: true });

// A key such as `constructor` would be found in every object of the schema, and break the parser.
for (const definition of Object.values(getWorkflowSchema().definitions))
  if (definition instanceof MappingDefinition) Object.setPrototypeOf(definition.properties, null);

/**
 * What a caller needs of a workflow: its triggers, with inputs, secrets and outputs. `undefined` where GitHub's parser refuses it.
 * The parser would report what is wrong inside of it as if it were in the caller.
 */
export const interfaceOf = (text: string): string | undefined => {
  if (!isReadable(shapeOf(new SourceText(text)))) return undefined;
  const context = new TemplateContext(
    new TemplateValidationErrors(),
    getWorkflowSchema(),
    new NoOperationTraceWriter(),
  );
  context.state.featureFlags = featureFlags;
  const { value } = parseWorkflow({ name: "called.yaml", content: text }, context);
  if (!value || context.errors.count > 0) return undefined;
  const { on }: { on?: unknown } = parse(text, { uniqueKeys: false, maxAliasCount: -1 });
  return stringify({ on, jobs: { called: { "runs-on": "ubuntu-latest" } } });
};
