import type { StructuredPatch } from "diff";
import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";
import type { Drift } from "./drift.ts";

const CONTEXT = 3;

/** Lines that may differ before looking for those that are alike takes longer than it helps. */
const MOST_EDITS = 1000;

/** A changed stretch of the committed file; lines count from one. */
export interface Hunk {
  readonly line: number;
  readonly endLine: number;
}

/** How the committed file differs from the planned one, as a unified diff a reader can follow; empty when it does not. */
export const readableDiff = ({ file, committed, planned }: Drift): string =>
  committed === planned ? "" : formatPatch(difference(file, committed, planned), FILE_HEADERS_ONLY);

/** The same as `git apply` wants it: against the very bytes of the committed file. */
export const patch = ({ file, status, raw, planned }: Drift): string => {
  if (raw === planned || (status === "unmanaged" && raw === undefined)) return "";
  const made = { isCreate: raw === undefined, isDelete: planned === undefined };
  return formatPatch({ ...difference(file, raw, planned), isGit: true, ...made });
};

/** The stretches of the committed file that would change. */
export const hunks = ({ committed = "", planned = "" }: Drift): readonly Hunk[] =>
  difference("", committed, planned, 0).hunks.map(({ oldStart, oldLines }) => ({
    line: Math.max(1, oldStart),
    endLine: Math.max(1, oldStart + Math.max(0, oldLines - 1)),
  }));

const difference = (
  file: string,
  before: string | undefined,
  after: string | undefined,
  context = CONTEXT,
): StructuredPatch => {
  const oldName = before === undefined ? "/dev/null" : `a/${file}`;
  const newName = after === undefined ? "/dev/null" : `b/${file}`;
  const [from, to] = [before ?? "", after ?? ""];
  const options = { context, maxEditLength: MOST_EDITS };
  const found = structuredPatch(oldName, newName, from, to, undefined, undefined, options);
  if (found) return found;
  const [removed, added] = [from, to].map(linesOf) as [string[], string[]];
  const hunk = { oldStart: 1, oldLines: removed.length, newStart: 1, newLines: added.length };
  const lines = [...marked(removed, "-", from), ...marked(added, "+", to)];
  return {
    oldFileName: oldName,
    newFileName: newName,
    oldHeader: undefined,
    newHeader: undefined,
    hunks: [{ ...hunk, lines }],
  };
};

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

const marked = (lines: readonly string[], sign: string, text: string): readonly string[] => [
  ...lines.map(line => `${sign}${line}`),
  ...(text === "" || text.endsWith("\n") ? [] : ["\\ No newline at end of file"]),
];
