const FIELDS = [
  { name: "minute", least: 0, most: 59, words: [] },
  { name: "hour", least: 0, most: 23, words: [] },
  { name: "day of the month", least: 1, most: 31, words: [] },
  { name: "month", least: 1, most: 12, words: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ") },
  { name: "day of the week", least: 0, most: 6, words: "SUN MON TUE WED THU FRI SAT".split(" ") },
] as const;

/** The shortest interval GitHub accepts, in minutes. */
const SHORTEST = 5;

/**
 * What is wrong with a schedule, or undefined when GitHub accepts it: POSIX cron with five fields, lists, ranges, steps,
 * names of months and days, at most once every five minutes.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
 */
export const cronProblem = (cron: string): string | undefined => {
  const texts = cron.trim().split(/\s+/);
  if (texts.length !== FIELDS.length)
    return `must have five fields (minute hour day month weekday), not ${texts.length}`;
  const sets = FIELDS.map((field, index) => values(texts[index] as string, field));
  const wrong = sets.indexOf(undefined);
  if (wrong >= 0) {
    const { name, least, most } = FIELDS[wrong] as (typeof FIELDS)[number];
    return `has a ${name} that is not \`*\` or within ${least}-${most}: \`${texts[wrong]}\``;
  }
  const starts = [...(sets[0] as Set<number>)].sort((a, b) => a - b);
  const hourly = (sets[1] as Set<number>).size > 1;
  const gaps = starts.map(
    (start, index) => (starts[index + 1] ?? (hourly ? (starts[0] as number) + 60 : Infinity)) - start,
  );
  return Math.min(...gaps) < SHORTEST ? `must not run more often than every ${SHORTEST} minutes` : undefined;
};

const values = (text: string, field: (typeof FIELDS)[number]): Set<number> | undefined => {
  const set = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(?<range>\*|(?<from>\w+)(-(?<to>\w+))?)(\/(?<step>\d+))?$/.exec(part);
    if (!match?.groups) return undefined;
    const { range, from, to, step } = match.groups as Record<"range", string> &
      Record<"from" | "to" | "step", string | undefined>;
    const first = range === "*" ? field.least : number(from as string, field);
    const last = range === "*" ? field.most : to ? number(to, field) : step ? field.most : first;
    const by = step === undefined ? 1 : Number(step);
    if (first === undefined || last === undefined || first > last || by < 1) return undefined;
    for (let at = first; at <= last; at += by) set.add(at);
  }
  return set;
};

const number = (text: string, { least, most, words }: (typeof FIELDS)[number]): number | undefined => {
  const word = (words as readonly string[]).indexOf(text.toUpperCase());
  const result = word >= 0 ? word + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return result >= least && result <= most ? result : undefined;
};
