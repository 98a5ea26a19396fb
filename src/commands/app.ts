import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodeOf } from "../diagnostics/exit-code.ts";
import type { Format, Report, ReportStyle } from "../diagnostics/report.ts";
import { writeReport } from "../diagnostics/report.ts";
import type { Host } from "../host/host.ts";
import type { Project, ProjectOptions } from "../project.ts";
import type { Template } from "../template.ts";

/** The options every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly cwd?: string;
  readonly format?: Format;
  readonly quiet?: boolean;
  /** False when `--no-color` was given. */
  readonly color?: boolean;
}

/** What a command is given: the world, the project it is about, and a way to report. */
export interface App {
  readonly host: Host;
  /** The project of the folder the run started in, or of another. */
  readonly project: (options: GlobalOptions, place?: Pick<ProjectOptions, "cwd" | "root">) => Promise<Result<Project>>;
  /** The folder the run is about, absolute. */
  readonly folder: (options: GlobalOptions) => string;
  readonly report: (options: GlobalOptions, report: Report) => Promise<ExitCode>;
  /** Whether the human form is coloured. */
  readonly colour: (options: GlobalOptions) => boolean;
  /** A report of nothing but problems. */
  readonly refuse: (options: GlobalOptions, command: string, diagnostics: readonly Diagnostic[]) => Promise<ExitCode>;
}

export const createApp = (
  host: Host,
  templates: () => Promise<readonly Template[]>,
  open: (options: ProjectOptions) => Promise<Result<Project>>,
  folder: (options: GlobalOptions) => string,
): App => {
  const report = async (options: GlobalOptions, content: Report): Promise<ExitCode> => {
    await writeReport(content, styleOf(options, host), host);
    return exitCodeOf(content.diagnostics);
  };
  return {
    host,
    folder,
    project: (options, place) =>
      open({ host, templates, cwd: place?.cwd ?? folder(options), root: place?.root, config: options.config }),
    report,
    colour: options => styleOf(options, host).colour,
    refuse: (options, command, diagnostics) =>
      report(options, { command, diagnostics, files: [], conclusion: undefined }),
  };
};

const styleOf = ({ format, quiet, color }: GlobalOptions, { env, stdout }: Host): ReportStyle => ({
  format: format ?? (env.GITHUB_ACTIONS === "true" ? "github" : "human"),
  quiet: quiet === true,
  colour: color !== false && wantsColour(env, stdout.isTerminal),
});

/** https://no-color.org, https://force-color.org */
const wantsColour = ({ NO_COLOR, FORCE_COLOR, TERM }: Host["env"], isTerminal: boolean): boolean => {
  if (NO_COLOR) return false;
  return FORCE_COLOR ? FORCE_COLOR !== "0" : isTerminal && TERM !== "dumb";
};
