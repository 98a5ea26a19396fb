import type { Pipeline } from "./config/pipeline.ts";
import type { Workflow } from "./model/workflow.ts";
import type { WorkflowName } from "./model/workflow-name.ts";

/** A workflow as a function of the config, and of nothing else. */
export interface Template {
  readonly name: WorkflowName;
  readonly build: (pipeline: Pipeline) => Workflow;
}
