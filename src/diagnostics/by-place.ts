import type { Diagnostic } from "./diagnostic.ts";

/** The order of a report: files, then lines and columns. */
export const byPlace = (one: Diagnostic, other: Diagnostic): number =>
  compare(one.file ?? "", other.file ?? "") ||
  (one.line ?? 0) - (other.line ?? 0) ||
  (one.column ?? 0) - (other.column ?? 0) ||
  compare(one.code, other.code) ||
  compare(one.message, other.message);

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
