import type { ConfigPath } from "../config/issues.ts";
import type { Pipeline } from "../config/pipeline.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import type { Spot } from "../repository/source-problem.ts";
import type { CommandUse } from "./commands.ts";
import type { Fix } from "./fix.ts";

export type CheckId = `repository/${string}`;

/**
 * Files laid over a sound repository: path → text, `null`: it is not there. Those of `pipeline.config.yaml` are fields that replace
 * those of its config.
 */
export type ExampleFiles = Readonly<Record<string, string | null>>;

/** One thing that must hold between a repository, its config and the workflows that run there. */
export interface Check {
  readonly id: CheckId;
  /** `error`: the workflow fails, or does something else than it says; `warning`: probably, or in some runs; `note`: advice. */
  readonly severity: Diagnostic["severity"];
  /** What is wrong where this is reported, as one sentence. */
  readonly summary: string;
  /** What happens at run time. */
  readonly why: string;
  /** What to do about it: begins in lower case, without a final full stop. */
  readonly hint: string;
  /** The page the check rests on. */
  readonly reference?: string;
  /** Documentation, and the check's first tests: `bad` has this finding and no other, `good` has none at all. */
  readonly examples: {
    readonly bad: ExampleFiles;
    readonly good: ExampleFiles;
    /** Checks that both break by their nature. */
    readonly besides?: readonly CheckId[];
    /** Whether no text of a file shows it, but the state of the machine. */
    readonly isOfTheMachine?: true;
  };
  /** Whether a finding leaves nothing of the pipeline that other checks could look at. */
  readonly isDecisive?: true;
  /** Looks at one pipeline. What several pipelines share is reported once, however often it is found. */
  readonly check: (context: CheckContext, report: ReportFinding) => void | Promise<void>;
}

/**
 * Reports that the check does not hold at a place. `message`: one sentence without a final full stop, with what happens at run time
 * where that is not plain from it.
 */
export type ReportFinding = (
  spot: Spot,
  message: string,
  instead?: Partial<Pick<Diagnostic, "severity" | "hint">> & { readonly fix?: Fix },
) => void;

/** What a check may look at. Nothing of the repository is run. */
export interface CheckContext {
  readonly pipeline: Pipeline;
  readonly repository: RepositoryContents;
  /** The place of a field in the config file: of the field itself, or of what is nearest to it there. */
  readonly at: (path: ConfigPath) => Spot;
  /** A field as a message names it: `dvc.stages.train` in backticks, and that it has its default where the config does not state it. */
  readonly field: (path: ConfigPath) => string;
  /** Every command that a generated workflow runs: the config's own, and those of the stages it reproduces. */
  readonly commands: readonly CommandUse[];
}

export const defineCheck = (check: Check): Check => check;
