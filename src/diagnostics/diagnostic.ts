/** The areas a code can begin with; the text after the slash names the one thing that is wrong. */
export type DiagnosticCode =
  `${"config" | "drift" | "generate" | "internal" | "machine" | "pins" | "rehearse" | "repository" | "usage"}/${string}`;

/** One report that something does not hold: where, what, and what to do. */
export interface Diagnostic {
  /** Stable: scripts and documentation may rely on it. */
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning" | "note";
  /** Path relative to the repository root, with forward slashes; absent where no file is concerned. */
  readonly file?: string;
  /** Line and column count from one. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  /** What is wrong, as one sentence without a final full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** An expected failure is a value: either what was asked for, or every reason why not. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });
export const failure = (...diagnostics: readonly Diagnostic[]): Result<never> => ({ ok: false, diagnostics });
