/** What is found out about workflow files, by us and by the linters that are asked besides, and about the repository they run in. */
export const findingAreas = ["lint", "workflow", "policy", "pipeline", "actionlint", "zizmor", "repository"] as const;

/** The areas a code can begin with; the text after the slash names the one thing that is wrong. */
type Area =
  | (typeof findingAreas)[number]
  | ("config" | "drift" | "generate" | "internal" | "machine" | "pins" | "rehearse" | "usage");

/** From the gravest on. */
export const severities = ["error", "warning", "note"] as const;

export type DiagnosticCode = `${Area}/${string}`;

/** One report that something does not hold: where, what, and what to do. */
export interface Diagnostic {
  /** Stable: scripts and documentation may rely on it. */
  readonly code: DiagnosticCode;
  readonly severity: (typeof severities)[number];
  /** Path relative to the repository root, with forward slashes; absent where no file is concerned. */
  readonly file?: string;
  /** Line and column count from one, columns in UTF-16 units; `endColumn` is the first one that is no longer meant. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** The text of `line` from its beginning, without its end; see `excerptOf`. */
  readonly excerpt?: string;
  /** What is wrong, as one sentence without a final full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Whether it was found by looking at what files hold. */
export const isFinding = ({ code }: Pick<Diagnostic, "code">): boolean =>
  (findingAreas as readonly string[]).includes(areaOf(code));

export const areaOf = (code: DiagnosticCode): string => code.slice(0, code.indexOf("/"));

/** UTF-16 units of a line that a report carries along: enough to see what is meant, whatever a file holds in one line. */
const EXCERPT_LENGTH = 1000;

/** A line as a diagnostic carries it: cut at its far end only, so that columns keep their meaning. */
export const excerptOf = (line: string): string => line.slice(0, EXCERPT_LENGTH).replace(/[\ud800-\udbff]$/, "");

/** An expected failure is a value: either what was asked for, or every reason why not. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });
export const failure = (...diagnostics: readonly Diagnostic[]): Result<never> => ({ ok: false, diagnostics });
