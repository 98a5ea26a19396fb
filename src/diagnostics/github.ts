import type { Host } from "../host/host.ts";
import { type Diagnostic, isFinding, severities } from "./diagnostic.ts";
import { statusLines } from "./human.ts";
import { printable } from "./printable.ts";
import type { Report, ReportStyle } from "./report.ts";

/** GitHub shows ten annotations of a kind per step; the summary holds the rest. */
const ANNOTATIONS_PER_STEP = 10;
const ANNOTATIONS_PER_FILE = 5;

/** A job summary may have 1 MiB per step. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const SUMMARY_BYTES = 900_000;

/** Annotations on the lines that are meant, and a job summary with the differences. */
export const writeGithub = (report: Report, { quiet }: ReportStyle, host: Host): void => {
  if (!quiet && report.files.length > 0) host.stdout.write(`${inert(statusLines(report.files))}\n`);
  for (const diagnostic of worstFirst(report.diagnostics)) {
    const hunks = report.files.find(({ file }) => file === diagnostic.file)?.hunks ?? [];
    const places = hunks.length > 0 && !isFinding(diagnostic) ? hunks.slice(0, ANNOTATIONS_PER_FILE) : [{}];
    for (const place of places) host.stdout.write(annotation({ ...diagnostic, ...place }));
  }
  if (report.conclusion && !quiet) host.stdout.write(`${inert(report.conclusion)}\n`);
  const summary = host.env.GITHUB_STEP_SUMMARY;
  if (summary) host.files.append(summary, markdown(report));
};

const worstFirst = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  severities.flatMap(severity => diagnostics.filter(one => one.severity === severity));

/**
 * Text that the runner takes for no command: it looks for `::` where a line begins, and for the older `##[` anywhere in it.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
const inert = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map(line => line.replace(/^(\W*?):(?=:)/u, "$1\\u003a").replace(/#(?=\p{Cf}*\[)/gu, "\\u0023"))
    .join("\n");

/** Columns are refused where a stretch has several lines. https://github.com/actions/runner/pull/2082 */
const annotation = (diagnostic: Diagnostic): string => {
  const { code, severity, file, line, column, endLine, endColumn, message, hint } = diagnostic;
  const oneLine = line !== undefined && (endLine === undefined || endLine === line);
  const columns = oneLine && column !== undefined ? { col: column, endColumn } : {};
  const properties = Object.entries({ file, line, endLine, ...columns, title: code })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${property(String(value))}`)
    .join(",");
  const command = severity === "note" ? "notice" : severity;
  return `::${command} ${properties}::${data(hint ? `${message}: ${hint}` : message)}\n`;
};

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** More backticks than the text has in a row. */
const ticks = (text: string, least: number): string =>
  "`".repeat(Math.max(...(text.match(/`+/g) ?? []).map(run => run.length), least) + 1);

/** A code block that its own text cannot end. */
const fenced = (diff: string): string => `${ticks(diff, 3)}diff\n${diff}\n${ticks(diff, 3)}`;

/** A name as code, also in a cell of a table, where a backslash keeps a bar from ending it. */
const code = (name: string): string => {
  const text = printable(name).replaceAll("|", "\\|");
  if (!text.includes("`")) return `\`${text}\``;
  return `${ticks(text, 0)} ${text} ${ticks(text, 0)}`;
};

const markdown = ({ command, files, diagnostics }: Report): string => {
  const parts = [`## creditrisk-ci ${command}\n`];
  if (files.length > 0)
    parts.push(
      `| file | status |\n| --- | --- |\n${files.map(({ file, status }) => `| ${code(file)} | ${status} |`).join("\n")}\n`,
    );
  const rest: Diagnostic[] = [];
  const shown = { error: 0, warning: 0, note: 0 };
  for (const one of worstFirst(diagnostics)) {
    if (isFinding(one) && ++shown[one.severity] > ANNOTATIONS_PER_STEP) rest.push(one);
    else parts.push(listed(one));
  }
  if (rest.length > 0) parts.push(`\nand ${rest.length} more:\n\n${counted(rest)}\n`);
  for (const { file, diff } of files)
    if (diff) parts.push(`\n<details><summary>${printable(file)}</summary>\n\n${fenced(diff.trimEnd())}\n</details>`);
  const text = `${parts.join("\n")}\n`;
  return Buffer.byteLength(text) > SUMMARY_BYTES
    ? `${Buffer.from(text).subarray(0, SUMMARY_BYTES).toString()}\n\n(cut: the summary of a step has an upper limit)\n`
    : text;
};

const listed = ({ severity, file, line, message, hint }: Diagnostic): string => {
  const place = file ? `${code([file, line].filter(part => part !== undefined).join(":"))} ` : "";
  return `- **${severity}** ${place}${printable(message)}${hint ? `. ${printable(hint)}` : ""}`;
};

/** How often each rule found something in each file. */
const counted = (diagnostics: readonly Diagnostic[]): string => {
  const counts = new Map<string, { readonly row: string; count: number }>();
  for (const one of diagnostics) {
    const row = `${one.file === undefined ? "" : code(one.file)} | ${code(one.code)} | ${one.severity}`;
    const found = counts.get(row) ?? { row, count: 0 };
    found.count += 1;
    counts.set(row, found);
  }
  const rows = [...counts.values()].map(({ row, count }) => `| ${row} | ${count} |`);
  return `| file | rule | severity | findings |\n| --- | --- | --- | --- |\n${rows.join("\n")}`;
};
