import { resolve } from "node:path";
import type { Command } from "commander";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import type { FileReport } from "../diagnostics/report.ts";
import type { Drift } from "../drift/drift.ts";
import { toDiagnostics } from "../drift/to-diagnostic.ts";
import type { Project } from "../project.ts";
import type { App, GlobalOptions } from "./app.ts";

interface CheckOptions extends GlobalOptions {
  readonly all?: boolean;
  readonly staged?: boolean;
  readonly patch?: string;
}

/** Compares the committed workflows with those the config means. */
export const check = (program: Command, app: App, end: (code: ExitCode) => void): void => {
  program
    .command("check")
    .description("compare the committed workflows with what the config means; exit code 1 when they differ")
    .option(
      "--all",
      "look also at what the workflows say, as `lint` does, and at what the repository has, as `doctor` does",
    )
    .option("--staged", "compare what is staged for the next commit, config and workflows alike")
    .option("--patch <file>", "write what `generate` would change as a patch for `git apply`")
    .addHelpText(
      "after",
      `
Examples:
  $ creditrisk-ci check                     is every workflow what the config means?
  $ creditrisk-ci check --staged            the same for the next commit (pre-commit hook)
  $ creditrisk-ci check --patch fix.patch   and \`git apply fix.patch\` mends it`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CheckOptions>();
      end(options.staged ? await staged(app, options) : await compared(app, options, await app.project(options)));
    });
};

/** The index, laid out in a folder of its own when it is not what the working tree holds. */
const staged = async (app: App, options: CheckOptions): Promise<ExitCode> => {
  const { withIndex } = await import("../git/index-tree.ts");
  return withIndex(app.folder(options), app.host, async place =>
    place.ok
      ? compared(app, options, await app.project(options, place.value))
      : app.refuse(options, "check", place.diagnostics),
  );
};

type Opened = Awaited<ReturnType<App["project"]>>;

const compared = async (app: App, options: CheckOptions, opened: Opened): Promise<ExitCode> => {
  if (!opened.ok) return app.refuse(options, "check", opened.diagnostics);
  const project = opened.value;
  const surveyed = project.survey();
  if (!surveyed.ok) return app.refuse(options, "check", surveyed.diagnostics);
  const drifts = surveyed.value;
  if (options.patch !== undefined) {
    const refused = await writePatch(app, resolve(app.folder(options), options.patch), [
      ...drifts,
      ...newLock(project),
    ]);
    if (refused) return app.refuse(options, "check", [refused]);
  }
  const { findings, conclusion } = await linted(app, options, project, drifts);
  const files = [...(await reports(drifts)), ...newLock(project).map(({ file, status }) => ({ file, status }))];
  const diagnostics = [...drifts.flatMap(toDiagnostics), ...lockDiagnostics(project), ...findings];
  const drifted = files.filter(({ status }) => status !== "up-to-date").length;
  return app.report(options, {
    command: "check",
    diagnostics,
    files,
    conclusion: [
      drifted === 0
        ? `${count(files.length)} up to date with ${project.configFile}`
        : `${drifted} of ${count(files.length)} ${drifted === 1 ? "differs" : "differ"} from ${project.configFile}`,
      ...conclusion,
    ].join("; "),
  });
};

interface Linted {
  readonly findings: readonly Diagnostic[];
  readonly conclusion: readonly string[];
}

/** What the workflows say, and whether the repository has what they need: on request; otherwise what is said by those that somebody edited, where the edit breaks a rule. */
const linted = async (
  { host }: App,
  { all }: CheckOptions,
  project: Project,
  drifts: readonly Drift[],
): Promise<Linted> => {
  const { root } = project;
  const edited = drifts.filter(({ status }) => status === "hand-edited" || status === "pins-only");
  if (all) {
    const linted = await (await import("./lint-project.ts")).lintProject(root, host);
    const examined = (await (await import("./run-doctor.ts")).examineProject(project, host)).map(
      ({ diagnostic }) => diagnostic,
    );
    const { summary } = await import("./summary.ts");
    return {
      findings: [...linted.findings, ...examined],
      conclusion: [...linted.conclusion, `doctor: ${summary(examined)}`],
    };
  }
  if (edited.length === 0) return { findings: [], conclusion: [] };
  return { findings: await (await import("./lint-project.ts")).lintEdits(root, host, edited), conclusion: [] };
};

/** Loads the diff only when there is one to show. */
const reports = async (drifts: readonly Drift[]): Promise<readonly FileReport[]> => {
  if (drifts.every(({ status }) => status === "up-to-date"))
    return drifts.map(({ file, status }) => ({ file, status }));
  const { hunks, readableDiff } = await import("../drift/diff.ts");
  return drifts.map(drift => {
    const { file, status, committed } = drift;
    const shown = status !== "up-to-date" && committed !== undefined && drift.planned !== undefined;
    return { file, status, diff: shown ? readableDiff(drift) : undefined, hunks: shown ? hunks(drift) : undefined };
  });
};

const writePatch = async (app: App, file: string, drifts: readonly Drift[]): Promise<Diagnostic | undefined> => {
  const kind = app.host.files.kind(file);
  if (kind !== undefined && kind !== "file")
    return {
      code: "usage/patch",
      severity: "error",
      message: `\`--patch\` names ${file}, which is no regular file`,
      hint: "name a new file, for example `--patch fix.patch`",
    };
  const { patch } = await import("../drift/diff.ts");
  app.host.files.writeAll(new Map([[file, drifts.map(patch).join("")]]));
  return undefined;
};

/** The lock file as a drift of its own, while it has still to be written. */
const newLock = ({ lockFile, newLock: planned }: Project): readonly Drift[] =>
  planned === undefined ? [] : [{ file: lockFile, status: "missing", planned, remarks: [] }];

const lockDiagnostics = ({ lockFile, newLock }: Project): readonly Diagnostic[] =>
  newLock === undefined
    ? []
    : [
        {
          code: "drift/missing",
          severity: "error",
          file: lockFile,
          message: "not there: without it, a new release of this tool moves the action pins",
          hint: "run `npx creditrisk-ci generate` and commit the result",
        },
      ];

const count = (files: number): string => `${files} ${files === 1 ? "file" : "files"}`;
