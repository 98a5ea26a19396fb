import type { ActionUse } from "./workflow.ts";

/** A whole commit: nobody can move it. */
export const isCommit = (ref: string | undefined): boolean => /^[0-9a-f]{40}$/i.test(ref ?? "");

/** What the comment beside a pinned action says about it, without the comments that may follow. */
export const versionComment = ({ comment }: ActionUse): string => (comment ?? "").split(/(?:^|\s)#/)[0]?.trim() ?? "";

/** The major version of an action, as its tag or the comment beside its commit says. */
export const majorVersion = (use: ActionUse): number | undefined => {
  const version = isCommit(use.ref) ? versionComment(use) : (use.ref ?? "");
  const major = /^(?:tag=)?v?(\d+)(?:\.|$|\s)/.exec(version)?.[1];
  return major === undefined ? undefined : Number(major);
};
