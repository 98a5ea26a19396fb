import { satisfies, valid, validRange } from "@renovatebot/pep440";

/**
 * Whether a version is in these ranges; `undefined` where one of the two cannot be read.
 * https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
export const isInRange = (version: string, ranges: string): boolean | undefined =>
  valid(version) && validRange(ranges) ? satisfies(version, ranges, { prereleases: true }) : undefined;

/** Whether an interpreter may be in these ranges: `3.11` stands for any of its patches, which is the newest on the day of the run. */
export const admitsPython = (version: string, ranges: string): boolean | undefined => {
  const candidates = /^\d+\.\d+$/.test(version) ? PATCHES.map(patch => `${version}.${patch}`) : [version];
  const answers = candidates.map(candidate => isInRange(candidate, ranges));
  return answers.includes(undefined) ? undefined : answers.includes(true);
};

/** No series of Python has had more. */
const PATCHES: readonly number[] = Array.from({ length: 40 }, (_, patch) => patch);
