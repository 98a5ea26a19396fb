import picocolors from "picocolors";
import type { Host } from "../host/host.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { printable } from "./printable.ts";
import type { FileReport, Report, ReportStyle } from "./report.ts";

/**
 * For people: the state of each file, the differences, what is wrong and what to do, and last what a reviewer should look at.
 * What was found out goes to standard output; what kept the run from its work goes to standard error.
 */
export const writeHuman = (
  { files, diagnostics, conclusion }: Report,
  { colour, quiet }: ReportStyle,
  host: Host,
): void => {
  const paint = picocolors.createColors(colour);
  const problems = diagnostics.filter(({ severity }) => severity !== "note");
  const found = problems.filter(isFinding);
  const trouble = problems.filter(diagnostic => !isFinding(diagnostic));
  const told = quiet
    ? [problemBlock(found, paint)]
    : [
        statusLines(files, paint),
        ...files.map(({ diff }) => (diff ? coloured(diff, paint).trimEnd() : "")),
        problemBlock(found, paint),
        noteBlock(diagnostics, paint),
        conclusion ?? "",
      ];
  const blocks = told.filter(block => block !== "");
  if (blocks.length > 0) host.stdout.write(`${blocks.join("\n\n")}\n`);
  if (trouble.length > 0) host.stderr.write(`${problemBlock(trouble, paint)}\n`);
};

type Paint = ReturnType<typeof picocolors.createColors>;

/** How a committed file stands to its config, or what a rehearsal brought to light, is what was asked; all else went wrong. */
const isFinding = ({ code }: Diagnostic): boolean => /^(?:drift|rehearse)\//.test(code);

/** One line a file: its state, then its path. */
export const statusLines = (files: readonly FileReport[], paint: Paint = picocolors.createColors(false)): string => {
  const widest = Math.max(0, ...files.map(({ status }) => status.length));
  return files
    .map(({ file, status }) => {
      const good = status === "up-to-date" || status === "unchanged";
      return `${(good ? paint.green : paint.yellow)(status.padEnd(widest))}  ${printable(file)}`;
    })
    .join("\n");
};

const problemBlock = (problems: readonly Diagnostic[], paint: Paint): string =>
  problems
    .map(({ hint, ...problem }, index) =>
      // What mends several problems in a row is said once, below them.
      describe(hint === undefined || hint === problems[index + 1]?.hint ? problem : { ...problem, hint }, paint),
    )
    .join("\n");

const describe = ({ code, severity, file, line, column, message, hint }: Diagnostic, paint: Paint): string => {
  const place = [file, line, column].filter(part => part !== undefined).join(":");
  const label = severity === "error" ? paint.red("error") : paint.yellow("warning");
  return [
    `${place ? `${paint.bold(printable(place))}: ` : ""}${label}: ${printable(message)} ${paint.dim(`[${code}]`)}`,
    ...(hint ? [`  ${paint.dim("→")} ${hint}`] : []),
  ].join("\n");
};

/** The notes, file by file. */
const noteBlock = (diagnostics: readonly Diagnostic[], paint: Paint): string => {
  const notes = diagnostics.filter(({ severity }) => severity === "note");
  const files = [...new Set(notes.map(({ file }) => file))];
  return files
    .flatMap((file, index) => [
      ...(index === 0 ? [paint.cyan("To review:")] : []),
      `  ${paint.bold(printable(file ?? ""))}`,
      ...notes.filter(note => note.file === file).map(({ message }) => `    ${printable(message)}`),
    ])
    .join("\n");
};

const coloured = (diff: string, paint: Paint): string =>
  diff
    .split("\n")
    .map(text => {
      const line = printable(text);
      if (/^(---|\+\+\+) /.test(line)) return paint.bold(line);
      if (line.startsWith("@@")) return paint.cyan(line);
      if (line.startsWith("+")) return paint.green(line);
      return line.startsWith("-") ? paint.red(line) : line;
    })
    .join("\n");
