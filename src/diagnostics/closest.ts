import { distance } from "fastest-levenshtein";

/** The candidate that differs least, if it is near enough to be a slip of the fingers. */
export const closest = (word: string, candidates: readonly string[]): string | undefined => {
  const [best] = candidates
    .map(candidate => ({ candidate, away: distance(word.toLowerCase().slice(0, 100), candidate.toLowerCase()) }))
    .sort((a, b) => a.away - b.away || (a.candidate < b.candidate ? -1 : 1));
  return best && best.away <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
};
