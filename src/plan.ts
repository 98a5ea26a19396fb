import type { Lock } from "./actions/lock.ts";
import { pinActions } from "./actions/lock.ts";
import type { ConfigPath, ConfigProblem } from "./config/issues.ts";
import type { Pipeline } from "./config/pipeline.ts";
import type { Diagnostic, Result } from "./diagnostics/diagnostic.ts";
import { success } from "./diagnostics/diagnostic.ts";
import { extended } from "./extend.ts";
import type { Workflow } from "./model/workflow.ts";
import type { WorkflowName } from "./model/workflow-name.ts";
import { withHeader } from "./render/header.ts";
import { renderWorkflow } from "./render/render.ts";
import type { Template } from "./template.ts";

/** Where GitHub reads workflows. */
export const WORKFLOWS = ".github/workflows";

export interface PlannedFile {
  readonly workflow: WorkflowName;
  /** The file's text, made anew with each call: a thousand workflows need not be held at once. */
  readonly render: () => string;
}

/** All generated files by path relative to the repository root. */
export type Plan = ReadonlyMap<string, PlannedFile>;

interface PlanContext {
  readonly lock: Lock;
  readonly position: (path: ConfigPath) => { readonly line: number; readonly column: number } | undefined;
}

/** What the repository should hold, or everything that keeps it from being made. */
export const plan = (
  pipelines: readonly Pipeline[],
  templates: readonly Template[],
  { lock, position }: PlanContext,
): Result<Plan> => {
  const built: {
    readonly path: string;
    readonly name: WorkflowName;
    readonly workflow: Workflow;
    readonly pipeline: Pipeline;
  }[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const pipeline of pipelines) {
    for (const template of templates) {
      const file = pipeline.files[template.name];
      if (file === false) continue;
      const { workflow, problems } = extended(template.name, template.build(pipeline), pipeline);
      if (problems.length > 0 && !isExtended(pipeline))
        throw new Error(`the templates break their own invariants: ${problems[0]?.message}`);
      diagnostics.push(...problems.map(problem => located(problem, pipeline)));
      built.push({ path: `${WORKFLOWS}/${file}`, name: template.name, workflow, pipeline });
    }
  }
  const [first] = pipelines;
  const pins = pinActions(
    lock,
    built.flatMap(({ workflow }) => actionsOf(workflow)),
    first?.lockFile ?? "",
  );
  if (!pins.ok) return { ok: false, diagnostics: [...diagnostics, ...pins.diagnostics] };
  if (diagnostics.length > 0) return { ok: false, diagnostics };

  return success(
    new Map(
      built.map(({ path, name, workflow, pipeline }) => [
        path,
        { workflow: name, render: () => withHeader(renderWorkflow(workflow, pins.value), pipeline.configFile) },
      ]),
    ),
  );

  function located({ path, ...problem }: ConfigProblem, { configFile, oneOfSeveral, name }: Pipeline): Diagnostic {
    const at = oneOfSeveral ? ["pipelines", pipelines.findIndex(pipeline => pipeline.name === name), ...path] : path;
    return { ...problem, severity: "error", file: configFile, ...position(at) };
  }
};

const isExtended = ({ extend, permissions }: Pipeline): boolean =>
  Object.values(extend).some(changes => Object.keys(changes).length > 1 || Object.keys(changes.jobs).length > 0) ||
  Object.values(permissions).some(jobs => Object.keys(jobs).length > 0);

const actionsOf = ({ jobs }: Workflow): readonly string[] =>
  jobs.flatMap(({ steps }) => steps.flatMap(step => (step.kind === "action" ? [step.uses] : [])));
