import type { Host } from "../host/host.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { statusLines } from "./human.ts";
import { printable } from "./printable.ts";
import type { Report, ReportStyle } from "./report.ts";

/** GitHub shows ten annotations of a kind per step; the summary holds the rest. */
const ANNOTATIONS_PER_FILE = 5;

/** A job summary may have 1 MiB per step. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const SUMMARY_BYTES = 900_000;

/** Annotations on the changed lines, and a job summary with the differences. */
export const writeGithub = (report: Report, { quiet }: ReportStyle, host: Host): void => {
  if (!quiet && report.files.length > 0) host.stdout.write(`${statusLines(report.files)}\n`);
  for (const diagnostic of report.diagnostics) {
    const hunks = report.files.find(({ file }) => file === diagnostic.file)?.hunks ?? [];
    const places = hunks.length > 0 ? hunks.slice(0, ANNOTATIONS_PER_FILE) : [diagnostic];
    for (const { line, endLine } of places)
      host.stdout.write(annotation({ ...diagnostic, ...definedLines(line, endLine) }));
  }
  if (report.conclusion && !quiet) host.stdout.write(`${report.conclusion}\n`);
  const summary = host.env.GITHUB_STEP_SUMMARY;
  if (summary) host.files.append(summary, markdown(report));
};

const definedLines = (line?: number, endLine?: number) => ({
  ...(line === undefined ? {} : { line }),
  ...(endLine === undefined ? {} : { endLine }),
});

const annotation = ({ code, severity, file, line, column, endLine, message, hint }: Diagnostic): string => {
  const properties = Object.entries({ file, line, endLine, col: column, title: code })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${property(String(value))}`)
    .join(",");
  const command = severity === "note" ? "notice" : severity;
  return `::${command} ${properties}::${data(hint ? `${message}: ${hint}` : message)}\n`;
};

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** A code block that its own text cannot end. */
const fenced = (diff: string): string => {
  const ticks = Math.max(...(diff.match(/`+/g) ?? []).map(run => run.length), 3);
  const fence = "`".repeat(ticks + 1);
  return `${fence}diff\n${diff}\n${fence}`;
};

const markdown = ({ command, files, diagnostics }: Report): string => {
  const parts = [`## creditrisk-ci ${command}\n`];
  if (files.length > 0)
    parts.push(
      `| file | status |\n| --- | --- |\n${files.map(({ file, status }) => `| \`${printable(file)}\` | ${status} |`).join("\n")}\n`,
    );
  for (const { severity, file, line, message, hint } of diagnostics) {
    const place = file ? `\`${printable([file, line].filter(part => part !== undefined).join(":"))}\` ` : "";
    parts.push(`- **${severity}** ${place}${message}${hint ? `. ${hint}` : ""}`);
  }
  for (const { file, diff } of files)
    if (diff) parts.push(`\n<details><summary>${printable(file)}</summary>\n\n${fenced(diff.trimEnd())}\n</details>`);
  const text = `${parts.join("\n")}\n`;
  return Buffer.byteLength(text) > SUMMARY_BYTES
    ? `${Buffer.from(text).subarray(0, SUMMARY_BYTES).toString()}\n\n(cut: the summary of a step has an upper limit)\n`
    : text;
};
