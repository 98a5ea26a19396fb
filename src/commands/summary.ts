import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { severities } from "../diagnostics/diagnostic.ts";

/** `1 file`, `2 files`. */
export const things = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** `2 errors, 1 note`, or that there is nothing. */
export const summary = (diagnostics: readonly Diagnostic[]): string => {
  const counts = severities.map(severity => ({
    severity,
    count: diagnostics.filter(diagnostic => diagnostic.severity === severity).length,
  }));
  const parts = counts.filter(({ count }) => count > 0).map(({ severity, count }) => things(count, severity));
  return parts.length === 0 ? "nothing found" : parts.join(", ");
};
