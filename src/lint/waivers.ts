import { parse } from "unbash";
import { print } from "unbash/printer";
import { closest } from "../diagnostics/closest.ts";
import { type Diagnostic, excerptOf } from "../diagnostics/diagnostic.ts";
import type { RuleInfo } from "../diagnostics/report.ts";
import { type Block, type Comment, layoutOf } from "./comments.ts";
import { SourceText } from "./place.ts";

/** A finding that somebody answers for until a day: `# creditrisk-ci: ignore policy/… until 2027-01-31: the reason`. */
export interface Waiver {
  readonly ids: readonly string[];
  /** The last day it holds, as `YYYY-MM-DD` in UTC. */
  readonly until: string;
  readonly reason: string;
  /** The lines whose findings it hides. */
  readonly covers: { readonly line: number; readonly endLine: number };
  /** Where it stands, as every diagnostic about it says. */
  readonly at: Pick<Diagnostic, "file" | "line" | "column" | "endLine" | "endColumn" | "excerpt">;
}

export interface ReadWaivers {
  readonly waivers: readonly Waiver[];
  readonly problems: readonly Diagnostic[];
}

const MARKER = "creditrisk-ci:";
const FORM = "`# creditrisk-ci: ignore <rule>[, <rule>] until <YYYY-MM-DD>: <reason>`";

export const waiverRules = [
  {
    id: "lint/invalid-waiver",
    severity: "error",
    summary: "A comment to ignore a finding cannot be understood.",
    why: "It hides nothing, although somebody meant it to.",
    hint: `Write ${FORM}.`,
  },
  {
    id: "lint/waiver-without-reason",
    severity: "error",
    summary: "A comment to ignore a finding does not say why.",
    why: "Whoever reads it later cannot tell whether it still holds.",
    hint: `Give the reason after a colon: ${FORM}.`,
  },
  {
    id: "lint/waiver-without-expiry",
    severity: "error",
    summary: "A comment to ignore a finding has no end.",
    why: "An exception that nobody has to renew is forgotten and becomes the rule.",
    hint: `Name the last day it holds: ${FORM}.`,
  },
  {
    id: "lint/expired-waiver",
    severity: "warning",
    summary: "The last day of a comment to ignore a finding is over.",
    why: "The finding counts again, as was agreed when it was put off.",
    hint: "Mend what was found and remove the comment, or agree on another day.",
  },
  {
    id: "lint/unused-waiver",
    severity: "warning",
    summary: "A comment to ignore a finding hides none.",
    why: "It would hide the next one that comes up in this place, without anybody having looked at it.",
    hint: "Remove it, or put it at the end of the line of the finding or directly above it.",
  },
] as const satisfies readonly RuleInfo[];

type WaiverRule = (typeof waiverRules)[number]["id"];

const problem = (id: WaiverRule, at: Waiver["at"], message: string, hint?: string): Diagnostic => {
  // Each id is one of the table.
  const rule = waiverRules.find(known => known.id === id) as RuleInfo;
  return { code: id, severity: rule.severity, ...at, message, hint: hint ?? lowerFirst(rule.hint).replace(/\.$/, "") };
};

const lowerFirst = (text: string): string => `${text[0]?.toLowerCase()}${text.slice(1)}`;

/** The waivers of a workflow file; a rule of ours that it names must be one of `known`. */
export const readWaivers = (text: string, file: string, known: ReadonlySet<string>): ReadWaivers => {
  if (!text.includes(MARKER)) return { waivers: [], problems: [] };
  const source = new SourceText(text);
  const { comments, blocks } = layoutOf(source);
  const scripts = blocks.filter(({ script }) => script);
  const all = [...comments, ...scripts.flatMap(script => scriptComments(source, script))];
  const alone = new Set(all.filter(comment => comment.alone).map(({ line }) => line));
  const read = all
    .flatMap(comment => {
      const start = /(?:^|\s)#\s*creditrisk-ci:/.exec(comment.text);
      return start ? [{ comment, said: comment.text.slice(start.index + start[0].length) }] : [];
    })
    .sort((a, b) => a.comment.line - b.comment.line)
    .map(({ comment, said }) => {
      const { line, column, text } = comment;
      const end = { endLine: line, endColumn: column + text.trimEnd().length };
      const at = { file, line, column, ...end, excerpt: excerptOf(source.line(line)) };
      return readWaiver(said, at, covered(comment, alone, blocks, source), known);
    });
  return { waivers: read.flatMap(({ waivers }) => waivers), problems: read.flatMap(({ problems }) => problems) };
};

/** The comments of a script: every line that is nothing else, and of the ends of lines those that hold a waiver. */
const scriptComments = (source: SourceText, { line: header, endLine }: Block): readonly Comment[] => {
  const lines = Array.from({ length: endLine - header }, (_, index) => header + 1 + index);
  const written = lines.map(line => source.line(line));
  const indent = written.find(text => text.trim() !== "")?.search(/[^ ]/) ?? 0;
  const script = written.map(text => text.slice(indent));
  return lines.flatMap((line, index): readonly Comment[] => {
    const text = script[index] as string;
    const first = text.search(/\S/);
    const column = indent + 1;
    if (text[first] === "#") return [{ text: text.slice(first), line, column: column + first, alone: true }];
    const start = /(?<=\s)#\s*creditrisk-ci:/.exec(text)?.index;
    if (start === undefined || !isShellComment(script, index, start)) return [];
    return [{ text: text.slice(start), line, column: column + start, alone: false }];
  });
};

/** The shell does not miss a comment: what it understands is the same without. */
const isShellComment = (script: readonly string[], index: number, start: number): boolean => {
  const without = script.map((text, at) => (at === index ? text.slice(0, start) : text));
  return print(parse(script.join("\n"))) === print(parse(without.join("\n")));
};

/** The comment's own line, or the next that is no comment, with what belongs to it. */
const covered = (
  { line, alone }: Comment,
  commentLines: ReadonlySet<number>,
  blocks: readonly Block[],
  source: SourceText,
): Waiver["covers"] => {
  let first = line;
  if (alone) while (commentLines.has(first)) first += 1;
  const within = blocks.find(block => block.script && first > block.line && first <= block.endLine);
  if (!within)
    return { line: first, endLine: Math.max(first, ...blocks.filter(at => at.line === first).map(at => at.endLine)) };
  // A command that goes on in the next line can have no comment in between.
  let last = first;
  while (last < within.endLine && continues(source.line(last))) last += 1;
  while (first - 1 > within.line && continues(source.line(first - 1)) && !commentLines.has(first - 1)) first -= 1;
  return { line: first, endLine: last };
};

const continues = (line: string): boolean => (/\\+$/.exec(line)?.[0].length ?? 0) % 2 === 1;

const readWaiver = (
  said: string,
  at: Waiver["at"],
  covers: Waiver["covers"],
  known: ReadonlySet<string>,
): ReadWaivers => {
  const colon = said.indexOf(":");
  const [head, reason] = colon < 0 ? [said, ""] : [said.slice(0, colon), said.slice(colon + 1).trim()];
  const [verb = "", ...words] = head.trim().split(/\s+/);
  const invalid = (message: string, hint?: string): ReadWaivers => ({
    waivers: [],
    problems: [problem("lint/invalid-waiver", at, message, hint)],
  });
  if (verb !== "ignore")
    return invalid(
      verb === "" ? "the comment does not say what to do" : `\`${verb}\` is nothing a comment can ask for`,
    );

  const split = words.indexOf("until");
  const ids = (split < 0 ? words : words.slice(0, split))
    .join(" ")
    .split(",")
    .map(id => id.trim());
  if (ids.every(id => id === "")) return invalid("the comment names no rule to ignore");
  const strange = ids.flatMap(id => unknown(id, known, at));
  if (strange.length > 0) return { waivers: [], problems: strange };

  const problems: Diagnostic[] = [];
  const dates = split < 0 ? [] : words.slice(split + 1);
  const [until] = dates;
  if (until === undefined) problems.push(problem("lint/waiver-without-expiry", at, "the waiver has no last day"));
  else if (dates.length > 1 || !isDate(until))
    problems.push(
      ...invalid(
        `\`${dates.join(" ")}\` is no date`,
        "write the last day as YYYY-MM-DD, and the reason after a colon: `until 2027-01-31: the reason`",
      ).problems,
    );
  if (reason === "") problems.push(problem("lint/waiver-without-reason", at, "the waiver gives no reason"));
  if (until === undefined || problems.length > 0) return { waivers: [], problems };
  return { waivers: [{ ids: [...new Set(ids)], until, reason, covers, at }], problems };
};

/** What other linters report goes by their names, of which there is no list. */
const isForeign = (id: string): boolean => id.startsWith("actionlint/") || id.startsWith("zizmor/");

const unknown = (id: string, known: ReadonlySet<string>, at: Waiver["at"]): readonly Diagnostic[] => {
  if (!/^[a-z]+\/[\w-]+$/.test(id)) {
    const full = [...known].find(name => name.endsWith(`/${id}`));
    return [
      problem(
        "lint/invalid-waiver",
        at,
        id === "" ? "a rule is missing beside a comma" : `\`${id}\` is no name of a rule`,
        full === undefined ? undefined : `did you mean \`${full}\`?`,
      ),
    ];
  }
  if (known.has(id) || isForeign(id)) return [];
  const near = closest(id, [...known]);
  const hint = near === undefined ? "the name stands in brackets behind each finding" : `did you mean \`${near}\`?`;
  return [problem("lint/invalid-waiver", at, `there is no rule \`${id}\``, hint)];
};

const isDate = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

export interface Waived {
  /** The findings that count. */
  readonly remaining: readonly Diagnostic[];
  /** The findings that are hidden. */
  readonly waived: readonly Diagnostic[];
  /** What is wrong with the waivers. */
  readonly problems: readonly Diagnostic[];
}

/** Takes out the findings that are waived on a day, `YYYY-MM-DD` in UTC. */
export const applyWaivers = (findings: readonly Diagnostic[], waivers: readonly Waiver[], today: string): Waived => {
  const matched = new Map<Waiver, Set<string>>(waivers.map(waiver => [waiver, new Set()]));
  const [remaining, waived]: [Diagnostic[], Diagnostic[]] = [[], []];
  for (const finding of findings) {
    const mine = waivers.filter(waiver => covers(waiver, finding));
    for (const waiver of mine) matched.get(waiver)?.add(finding.code);
    (mine.some(waiver => !isOver(waiver, today)) ? waived : remaining).push(finding);
  }
  const problems = [...matched].flatMap(([waiver, used]) => [...expired(waiver, used, today), ...unused(waiver, used)]);
  return { remaining, waived, problems };
};

const covers = ({ ids, covers, at }: Waiver, { code, file, line }: Diagnostic): boolean =>
  line !== undefined && file === at.file && line >= covers.line && line <= covers.endLine && ids.includes(code);

const isOver = ({ until }: Waiver, today: string): boolean => today > until;

const expired = (waiver: Waiver, used: ReadonlySet<string>, today: string): readonly Diagnostic[] =>
  used.size > 0 && isOver(waiver, today)
    ? [problem("lint/expired-waiver", waiver.at, `the waiver of ${names([...used])} ended on ${waiver.until}`)]
    : [];

/** Whether another linter ran is not known here, so what it might have found is left out. */
const unused = ({ ids, at }: Waiver, used: ReadonlySet<string>): readonly Diagnostic[] => {
  const idle = ids.filter(id => !used.has(id) && !isForeign(id));
  return idle.length === 0 ? [] : [problem("lint/unused-waiver", at, `nothing of ${names(idle)} is found here`)];
};

const names = (ids: readonly string[]): string => ids.map(id => `\`${id}\``).join(", ");
