import type { ConfigPath } from "../config/issues.ts";
import type { ConfigInput } from "../config/schema.ts";
import { printable } from "../diagnostics/printable.ts";
import type { Spot } from "../repository/source-problem.ts";
import type { Proposal } from "./propose.ts";
import { fieldName } from "./settle.ts";

/** A part of what is told: a heading, and lines. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** What was found and why, what was not, and what could not be carried over. */
export const explained = ({ pipelines, lost, read }: Proposal, config: ConfigInput): readonly Section[] =>
  [
    ...pipelines.flatMap(({ name, decisions, undecided }, index) => {
      const of = pipelines.length > 1 ? ` (${name})` : "";
      const own = "pipelines" in config ? config.pipelines[index] : config;
      // What has its default is in the config no more than in this list.
      const told = decisions.filter(({ path }) => valueAt(own, path) !== undefined);
      const rest = decisions.length - told.length;
      const rows = told.map(({ path, value, reason, from }) => ({
        field: fieldName(path),
        value: inShort(value),
        reason: from ? reason.replace(`\`${from.file}\``, () => `\`${placeOf(from)}\``) : reason,
      }));
      const [field, shown] = [widest(rows.map(row => row.field)), widest(rows.map(row => row.value))];
      return [
        {
          heading: `Found${of}:`,
          lines: [
            ...rows.map(row => `${row.field.padEnd(field)}  ${row.value.padEnd(shown)}  ${row.reason}`),
            ...(rest > 0 ? [`and ${rest} more, which are as the defaults have them`] : []),
          ],
        },
        {
          heading: `Not decided${of}:`,
          lines: undecided.flatMap(({ what, why, hint }) => [`${what}: ${why}`, `  → ${hint}`]),
        },
      ];
    }),
    {
      heading: `Not carried over from ${read.join(", ")}:`,
      lines: together(lost).flatMap(({ places, what, hint }) => [`${places}: ${what}`, `  → ${hint}`]),
    },
  ].filter(({ lines }) => lines.length > 0);

/** What is lost for the same reason in several lines of a file is told once. */
const together = (
  lost: Proposal["lost"],
): readonly { readonly places: string; readonly what: string; readonly hint: string }[] => {
  const groups = new Map<string, Proposal["lost"]>();
  for (const loss of lost) {
    const key = JSON.stringify([loss.spot.file, loss.what, loss.hint]);
    groups.set(key, [...(groups.get(key) ?? []), loss]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    const { spot, what, hint } = first as Proposal["lost"][number];
    const lines = others.map(other => other.spot.line).filter(line => line !== undefined);
    return { places: [placeOf(spot), ...lines].join(", "), what, hint };
  });
};

const valueAt = (value: unknown, [key, ...rest]: ConfigPath): unknown => {
  if (key === undefined || typeof value !== "object" || value === null) return value;
  return valueAt((value as Readonly<Record<string | number, unknown>>)[key], rest);
};

export const placeOf = ({ file, line }: Spot): string => (line === undefined ? file : `${file}:${line}`);

/** Sections as text; headings as `emphasise` has them. */
export const written = (sections: readonly Section[], emphasise: (text: string) => string): string =>
  sections
    .map(({ heading, lines }) =>
      [emphasise(printable(heading)), ...lines.map(line => `  ${printable(line)}`.trimEnd())].join("\n"),
    )
    .join("\n\n");

const WIDEST = 44;

const widest = (texts: readonly string[]): number =>
  Math.min(WIDEST, Math.max(0, ...texts.map(({ length }) => length)));

/** A value of a config on part of a line. */
const inShort = (value: unknown): string => {
  const text = spoken(value);
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
};

const spoken = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(spoken).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  const { secret, variable, path, command, name } = value as Readonly<Record<string, unknown>>;
  if (typeof secret === "string") return `secret ${secret}`;
  if (typeof variable === "string") return `variable ${variable}`;
  const known = [path, command, name].find(text => typeof text === "string");
  return typeof known === "string" ? known : Object.values(value).map(spoken).join(", ");
};
