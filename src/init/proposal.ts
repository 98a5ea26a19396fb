import type { ConfigPath } from "../config/issues.ts";
import type { Spot } from "../repository/source-problem.ts";

/** One field of a config, and what of the repository decides it. */
export interface Decision {
  readonly path: ConfigPath;
  /** As a config states it: a secret is `{ secret: "NAME" }`. */
  readonly value: unknown;
  /** Where the value comes from: begins in lower case, without a final full stop. */
  readonly reason: string;
  readonly from?: Spot;
}

/** What the repository does not tell, or tells in two ways. */
export interface Undecided {
  /** A field of the config, or what it is about. */
  readonly what: string;
  readonly why: string;
  /** What to do about it, with the fields that do it. */
  readonly hint: string;
}

/** What was found out of one pipeline. */
export interface Findings {
  readonly decisions: readonly Decision[];
  readonly undecided: readonly Undecided[];
}

export const findings = (...parts: readonly Partial<Findings>[]): Findings => ({
  decisions: parts.flatMap(({ decisions = [] }) => decisions),
  undecided: parts.flatMap(({ undecided = [] }) => undecided),
});

export const decide = (path: ConfigPath, value: unknown, reason: string, from?: Spot): Partial<Findings> => ({
  decisions: [{ path, value, reason, ...(from && { from }) }],
});

export const leaveOpen = (what: string, why: string, hint: string): Partial<Findings> => ({
  undecided: [{ what, why, hint }],
});
