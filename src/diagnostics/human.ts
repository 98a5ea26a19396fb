import picocolors from "picocolors";
import type { Host } from "../host/host.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Report, ReportStyle } from "./report.ts";

/** For people: the state of each file, the differences, then what is wrong and what to do. */
export const writeHuman = (
  { files, diagnostics, conclusion }: Report,
  { colour, quiet }: ReportStyle,
  host: Host,
): void => {
  const paint = picocolors.createColors(colour);
  const result: string[] = [];
  const widest = Math.max(0, ...files.map(({ status }) => status.length));
  for (const { file, status } of files) {
    const good = status === "up-to-date" || status === "unchanged";
    if (quiet && good) continue;
    result.push(`${(good ? paint.green : paint.yellow)(status.padEnd(widest))}  ${file}`);
  }
  for (const { diff } of files) if (diff) result.push("", coloured(diff, paint).trimEnd());
  if (result.length > 0) host.stdout.write(`${result.join("\n")}\n`);

  const problems = diagnostics.filter(({ severity }) => !quiet || severity === "error");
  const text = problems.map(diagnostic => `${describe(diagnostic, paint)}\n`).join("\n");
  if (text) host.stderr.write(`${result.length > 0 ? "\n" : ""}${text}`);
  if (conclusion && !quiet) host.stdout.write(`${result.length > 0 || text ? "\n" : ""}${conclusion}\n`);
};

type Paint = ReturnType<typeof picocolors.createColors>;

const describe = ({ code, severity, file, line, column, message, hint }: Diagnostic, paint: Paint): string => {
  const place = [file, line, column].filter(part => part !== undefined).join(":");
  const label =
    severity === "error" ? paint.red("error") : severity === "warning" ? paint.yellow("warning") : paint.cyan("note");
  return [
    `${place ? `${paint.bold(place)}: ` : ""}${label}: ${message} ${paint.dim(`[${code}]`)}`,
    ...(hint ? [`  ${paint.dim("→")} ${hint}`] : []),
  ].join("\n");
};

const coloured = (diff: string, paint: Paint): string =>
  diff
    .split("\n")
    .map(line => {
      if (/^(---|\+\+\+) /.test(line)) return paint.bold(line);
      if (line.startsWith("@@")) return paint.cyan(line);
      if (line.startsWith("+")) return paint.green(line);
      return line.startsWith("-") ? paint.red(line) : line;
    })
    .join("\n");
