import picocolors from "picocolors";
import type { Host } from "../host/host.ts";
import type { MarkedLine } from "./caret.ts";
import { areaOf, type Diagnostic, isFinding } from "./diagnostic.ts";
import { printable } from "./printable.ts";
import type { FileReport, Report, ReportStyle } from "./report.ts";

/**
 * For people: the state of each file, the differences, what is wrong and what to do, and last what a reviewer should look at.
 * What was found out goes to standard output; what kept the run from its work goes to standard error.
 */
export const writeHuman = async (
  { files, diagnostics, conclusion }: Report,
  { colour, quiet }: ReportStyle,
  host: Host,
): Promise<void> => {
  const paint = picocolors.createColors(colour);
  const marked = await markedLines(diagnostics);
  const block = (problems: readonly Diagnostic[]) => problemBlock(problems, marked, paint);
  const found = diagnostics.filter(one => (one.severity === "note" ? isFinding(one) && !quiet : isAnswer(one)));
  const trouble = diagnostics.filter(one => one.severity !== "note" && !isAnswer(one));
  const told = quiet
    ? [block(found)]
    : [
        statusLines(files, paint),
        ...files.map(({ diff }) => (diff ? coloured(diff, paint).trimEnd() : "")),
        block(found),
        noteBlock(diagnostics, paint),
        conclusion ?? "",
      ];
  const blocks = told.filter(text => text !== "");
  if (blocks.length > 0) host.stdout.write(`${blocks.join("\n\n")}\n`);
  if (trouble.length > 0) host.stderr.write(`${block(trouble)}\n`);
};

type Paint = ReturnType<typeof picocolors.createColors>;
type MarkedLines = ReadonlyMap<Diagnostic, MarkedLine | undefined>;

/** How a committed file stands to its config, or what a rehearsal or a look at the files brought to light, is what was asked; all else went wrong. */
const isAnswer = (diagnostic: Diagnostic): boolean =>
  isFinding(diagnostic) || ["drift", "rehearse"].includes(areaOf(diagnostic.code));

/** How wide a text is on a terminal takes tables, which are loaded only when a line is shown. */
const markedLines = async (diagnostics: readonly Diagnostic[]): Promise<MarkedLines> => {
  const quoting = diagnostics.filter(({ excerpt }) => excerpt !== undefined);
  if (quoting.length === 0) return new Map();
  const { markedLine } = await import("./caret.ts");
  return new Map(quoting.map(diagnostic => [diagnostic, markedLine(diagnostic)]));
};

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

const problemBlock = (problems: readonly Diagnostic[], marked: MarkedLines, paint: Paint): string =>
  problems
    .map((problem, index) => {
      // What mends several problems in a row is said once, below them.
      const repeated = problem.hint === undefined || problem.hint === problems[index + 1]?.hint;
      return describe(problem, repeated ? undefined : problem.hint, marked.get(problem), paint);
    })
    .join("\n");

const describe = (
  { code, severity, file, line, column, message }: Diagnostic,
  hint: string | undefined,
  marked: MarkedLine | undefined,
  paint: Paint,
): string => {
  const place = [file, line, column].filter(part => part !== undefined).join(":");
  const label = { error: paint.red, warning: paint.yellow, note: paint.cyan }[severity](severity);
  return [
    `${place ? `${paint.bold(printable(place))}: ` : ""}${label}: ${printable(message)} ${paint.dim(`[${printable(code)}]`)}`,
    ...(marked ? quoted(marked, paint) : []),
    ...(hint ? [`  ${paint.dim("→")} ${printable(hint)}`] : []),
  ].join("\n");
};

const quoted = ({ number, text, mark }: MarkedLine, paint: Paint): readonly string[] => {
  const margin = number.padStart(4);
  return [
    `${paint.dim(`${margin} |`)} ${text}`,
    ...(mark === undefined ? [] : [`${paint.dim(`${" ".repeat(margin.length)} |`)} ${paint.yellow(mark)}`]),
  ];
};

/** What is for a reviewer's eye, file by file. */
const noteBlock = (diagnostics: readonly Diagnostic[], paint: Paint): string => {
  const notes = diagnostics.filter(one => one.severity === "note" && !isFinding(one));
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
