import type { Host } from "../host/host.ts";
import type { Diagnostic, DiagnosticCode } from "./diagnostic.ts";
import { writeGithub } from "./github.ts";
import { writeHuman } from "./human.ts";
import { writeJson } from "./json.ts";

export const formats = ["human", "json", "github", "sarif"] as const;
export type Format = (typeof formats)[number];

/** The state of one generated file, for reports. */
export interface FileReport {
  readonly file: string;
  readonly status: string;
  /** Unified diff from the committed to the planned file; absent where there is none to show. */
  readonly diff?: string | undefined;
  /** Stretches of the committed file that the report is about. */
  readonly hunks?: readonly { readonly line: number; readonly endLine: number }[] | undefined;
}

/** What can be found, for those who read a report without knowing the tool. */
export interface RuleInfo {
  readonly id: DiagnosticCode;
  readonly severity: Diagnostic["severity"];
  /** What is wrong, why that matters, and what to do: a sentence or a few each. */
  readonly summary: string;
  readonly why: string;
  readonly hint: string;
  readonly helpUri?: string;
}

/** What a command has to say, before it is known in which form. */
export interface Report {
  readonly command: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly FileReport[];
  /** One line that closes the human form. */
  readonly conclusion: string | undefined;
  /** More that a command has to say, for the JSON form. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What was looked for, for the SARIF form. */
  readonly rules?: readonly RuleInfo[];
}

export interface ReportStyle {
  readonly format: Format;
  readonly colour: boolean;
  readonly quiet: boolean;
}

/** Writes a report; all forms but the human one go to standard output as a whole, for a program to read. */
export const writeReport = async (report: Report, style: ReportStyle, host: Host): Promise<void> => {
  if (style.format === "json") writeJson(report, host);
  else if (style.format === "github") writeGithub(report, style, host);
  else if (style.format === "sarif") (await import("./sarif.ts")).writeSarif(report, host);
  else await writeHuman(report, style, host);
};
