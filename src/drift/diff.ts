import { createTwoFilesPatch, FILE_HEADERS_ONLY, structuredPatch } from "diff";
import type { Drift } from "./drift.ts";

const CONTEXT = 3;

/** A changed stretch of the committed file; lines count from one. */
export interface Hunk {
  readonly line: number;
  readonly endLine: number;
}

/** How the committed file differs from the planned one, as a unified diff a reader can follow; empty when it does not. */
export const readableDiff = ({ file, committed, planned }: Drift): string =>
  committed === planned ? "" : unified(file, committed, planned);

/** The same as `git apply` wants it: against the very bytes of the committed file. */
export const patch = ({ file, status, raw, planned }: Drift): string => {
  if (status === "unmanaged" && raw === undefined) return "";
  if (raw === planned) return "";
  const extra =
    raw === undefined ? "new file mode 100644\n" : planned === undefined ? "deleted file mode 100644\n" : "";
  return `diff --git a/${file} b/${file}\n${extra}${unified(file, raw, planned)}`;
};

/** The stretches of the committed file that would change. */
export const hunks = ({ committed = "", planned = "" }: Drift): readonly Hunk[] =>
  structuredPatch("", "", committed, planned, undefined, undefined, { context: 0 }).hunks.map(
    ({ oldStart, oldLines }) => ({
      line: Math.max(1, oldStart),
      endLine: Math.max(1, oldStart + Math.max(0, oldLines - 1)),
    }),
  );

const unified = (file: string, before: string | undefined, after: string | undefined): string =>
  createTwoFilesPatch(
    before === undefined ? "/dev/null" : `a/${file}`,
    after === undefined ? "/dev/null" : `b/${file}`,
    before ?? "",
    after ?? "",
    undefined,
    undefined,
    { context: CONTEXT, headerOptions: FILE_HEADERS_ONLY },
  );
