/** A stretch of a file of the repository; lines and columns count from one, columns in UTF-16 units. */
export interface Spot {
  /** Relative to the repository. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  /** The first column that is no longer meant. */
  readonly endColumn?: number;
}

/** Why a file, or a part of it, could not be read; the rest of the repository still can. */
export interface SourceProblem {
  readonly spot: Spot;
  /** `syntax`: not what its format allows; `too-large`: larger than any a person writes; `unreadable`: the disk refuses, or it is no text. */
  readonly kind: "syntax" | "too-large" | "unreadable";
  /** One sentence without a final full stop. */
  readonly message: string;
  readonly hint: string;
}

/** What was read of a file, as far as it could be, and what could not. */
export interface Reading<T> {
  readonly value: T;
  readonly problems: readonly SourceProblem[];
}
