import { distance } from "fastest-levenshtein";

/** The name that was most likely meant: it differs by a slip of the fingers, or has a word less. */
export const suggestion = (written: string, names: Iterable<string>): string | undefined => {
  const ranked = [...names]
    .map(name => ({ name, away: distance(written.slice(0, 100), name) }))
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1));
  const [nearest] = ranked;
  if (nearest && nearest.away <= Math.min(2, Math.ceil(written.length / 3))) return nearest.name;
  // `--dry-run` for `--dry`: the longest name that is the beginning of what was written.
  const [shorter] = ranked.filter(({ name }) => name.length > 2 && written.startsWith(`${name}-`));
  if (shorter) return shorter.name;
  // `--model` for `--model-uri`, if nothing else begins so.
  const [longer, another] = ranked.filter(({ name }) => name.startsWith(`${written}-`));
  if (longer && !another) return longer.name;
  return nearest && nearest.away <= written.length / 3 ? nearest.name : undefined;
};
