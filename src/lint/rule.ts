import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import type { Place } from "./place.ts";
import type { Workflow } from "./workflow.ts";
import type { ParserMessage, WorkflowFile } from "./workflow-file.ts";
import type { YamlShape } from "./yaml-shape.ts";

/** `workflow/…`: would GitHub accept it; `policy/…`: would an auditor sign it; `pipeline/…`: would the ML commands in it work. */
export type RuleId = `${"workflow" | "policy" | "pipeline"}/${string}`;

export type Severity = Diagnostic["severity"];

/** What an example is a part of: the rest of a correct workflow is put around it. */
export type ExampleKind = "workflow" | "job" | "step";

/** One property every workflow should have. */
export interface Rule {
  readonly id: RuleId;
  /** `error`: certain, and it matters; `warning`: probably wrong, or wrong under conditions the file does not show; `note`: advice. */
  readonly severity: Severity;
  /** What is wrong where this is reported, as one sentence. */
  readonly summary: string;
  /** What comes of it: what GitHub does, or an attacker, or the run. */
  readonly why: string;
  /** What to do about it. */
  readonly hint: string;
  /** The page the rule rests on. */
  readonly reference?: string;
  /** Documentation, and the rule's first tests: `bad` has this finding, `good` has none at all. */
  readonly examples: {
    readonly kind: ExampleKind;
    readonly bad: string | (() => string);
    readonly good: string;
    /** Rules that both break by their nature: `workflow_run` itself is a finding. */
    readonly besides?: readonly RuleId[];
  };
  /**
   * The words for a message of GitHub's parser or language service that says this; `undefined` for any other message, `null` for
   * one that is known and is no mistake, or that another rule tells better.
   */
  readonly messages?: (message: ParserMessage, context: RuleContext) => string | null | undefined;
  /** Looks at a file before it is parsed; one that is reported as an error is not looked at further. */
  readonly inspect?: (file: RawFile, report: Report) => void;
  /** Looks at a workflow. */
  readonly check?: (workflow: Workflow, report: Report, context: RuleContext) => void;
}

/** A file as it is on disk. */
export interface RawFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Absent where the bytes are no UTF-8. */
  readonly text: string | undefined;
  /** What YAML it is, as far as that can be told without reading all of it; absent without a text. */
  readonly shape: YamlShape | undefined;
}

/** Reports that the rule does not hold at a place. The message is one sentence without a final full stop. */
export type Report = (place: Place, message: string, instead?: Partial<Pick<Diagnostic, "severity" | "hint">>) => void;

/** What a rule may look at beside the workflow. */
export interface RuleContext {
  readonly file: WorkflowFile;
  /** What the repository holds; absent where the file is in none. */
  readonly repository: RepositoryContents | undefined;
}

export const defineRule = (rule: Rule): Rule => rule;
