import type { Entry, Node } from "../../lint/node.ts";
import type { Place } from "../../lint/place.ts";
import type { Job, Step, Workflow } from "../../lint/workflow.ts";
import type { WorkflowName } from "../../model/workflow-name.ts";
import type { Spot } from "../../repository/source-problem.ts";
import type { Faults } from "./faults.ts";

/** What an expression or a variable stands for; of what is only known at run time, the text around it. */
export type Known =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "secret"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "unknown"; readonly text: string };

/** Stands in a text for what is only known at run time. */
export const UNKNOWN = "\0";

/** A hand-written workflow, or the steps of a composite action read as one. */
export interface SourceFile {
  readonly path: string;
  readonly workflow: Workflow;
  readonly faults: Faults;
  readonly spot: (place: Place) => Spot;
  /** Variables of its environments whose value was asked for. */
  readonly asked: Set<Entry>;
}

/** What is given to a called workflow or a composite action. */
export interface Given {
  readonly inputs: ReadonlyMap<string, Known>;
  /** The caller's name of each secret; absent where all are handed on as they are. */
  readonly secrets: ReadonlyMap<string, string> | undefined;
}

/** A job as it runs: of a workflow, or of one that it calls. */
export interface RunJob {
  readonly job: Job;
  readonly file: SourceFile;
  readonly given: Given;
  /** The job that calls the workflow it is part of. */
  readonly calledBy: RunJob | undefined;
  /** One for each job that its matrix makes, by axis in lower case; a single empty one without. */
  readonly combinations: readonly ReadonlyMap<string, Node>[];
  readonly steps: readonly RunStep[];
}

/** A step as it runs: of a job, or of a composite action that a step of it calls. */
export interface RunStep {
  readonly step: Step;
  readonly job: RunJob;
  readonly file: SourceFile;
  readonly given: Given;
  /** The step that calls the composite action it is part of. */
  readonly calledBy: RunStep | undefined;
}

/** All that runs when a change is proposed, when it is delivered, or at night. */
export interface RoleRun {
  readonly role: WorkflowName;
  /** The workflows of this role, the one that does most of it first. */
  readonly files: readonly SourceFile[];
  readonly jobs: readonly RunJob[];
  readonly steps: readonly RunStep[];
}

export type Roles = Readonly<Partial<Record<WorkflowName, RoleRun>>>;

/** Where something stands that a step says. */
export const spotOf = ({ file }: Pick<RunStep, "file">, { place }: { readonly place: Place }): Spot => file.spot(place);
