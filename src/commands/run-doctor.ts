import { join } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { checkInfos } from "../doctor/check-infos.ts";
import type { Finding } from "../doctor/examine.ts";
import { examine } from "../doctor/examine.ts";
import type { Fix } from "../doctor/fix.ts";
import { applied } from "../doctor/fix.ts";
import { patch, readableDiff } from "../drift/diff.ts";
import type { Drift } from "../drift/drift.ts";
import type { Host } from "../host/host.ts";
import type { Project } from "../project.ts";
import { readContents } from "../repository/contents.ts";
import type { App } from "./app.ts";
import type { DoctorOptions } from "./doctor.ts";
import { progressOn } from "./progress.ts";
import { summary } from "./summary.ts";

/** The command `doctor`. */
export const runDoctor = async (app: App, options: DoctorOptions): Promise<ExitCode> => {
  if (options.yes && !options.fix) return app.refuse(options, "doctor", [withoutFix]);
  const opened = await app.project(options);
  if (!opened.ok) return app.refuse(options, "doctor", opened.diagnostics);
  const project = opened.value;
  const findings = await examineProject(project, app.host);
  if (options.fix) return mend(app, options, project, findings);
  const mendable = findings.filter(({ fix }) => fix !== undefined).length;
  return app.report(options, {
    command: "doctor",
    diagnostics: findings.map(({ diagnostic }) => diagnostic),
    files: [],
    conclusion: [
      `${project.configFile}: ${summary(findings.map(({ diagnostic }) => diagnostic))}`,
      ...(mendable > 0 ? [`\`creditrisk-ci doctor --fix\` mends ${mendable} of them`] : []),
    ].join("; "),
    details: { fixes: details(findings, reader(project, app.host)) },
    rules: checkInfos,
  });
};

/** Everything that does not hold between a project and the repository it is in. */
export const examineProject = async (project: Project, host: Host): Promise<readonly Finding[]> => {
  const progress = progressOn(host.stderr);
  progress.tell("reading the repository");
  const repository = await readContents(project.root, host.files);
  const locate = await project.locate();
  const { pipelines, configFile, value: config } = project;
  const findings = await examine({ pipelines, repository, configFile, config, locate });
  progress.end();
  const read = reader(project, host);
  const isMendable = ({ edits }: Fix) => edits.every(({ file }) => read(file) === repository.text(file));
  return findings.map(finding => (finding.fix && !isMendable(finding.fix) ? { ...finding, fix: undefined } : finding));
};

type Read = (file: string) => string | undefined;

/**
 * The very text of a regular file. A link has none, and a byte order mark is a part of it: what was looked at is another text then,
 * and an edit of it would replace the link, or land beside its place.
 */
const reader =
  ({ root }: Project, { files }: Host): Read =>
  file => {
    const path = join(root, file);
    return files.kind(path) === "file"
      ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(files.read(path))
      : undefined;
  };

/** Which finding could be mended, and by what, as edits and as a patch for `git apply`: indices are those of `diagnostics`. */
const details = (findings: readonly Finding[], read: Read) =>
  findings.flatMap(({ fix }, finding) => {
    if (!fix) return [];
    const patches = [...applied([fix], read).files].map(([file, planned]) => patch(changeOf(file, planned, read)));
    return [{ finding, title: fix.title, edits: fix.edits, patch: patches.join("") }];
  });

/** A change of a file in the form of which differences are made. */
const changeOf = (file: string, planned: string, read: Read): Drift => {
  const text = read(file);
  return { file, status: "config-changed", raw: text, committed: text, planned, remarks: [] };
};

const mend = async (
  app: App,
  options: DoctorOptions,
  project: Project,
  findings: readonly Finding[],
): Promise<ExitCode> => {
  const { host } = app;
  const read = reader(project, host);
  const fixes = findings.flatMap(({ fix }) => fix ?? []);
  const { files, skipped } = applied(fixes, read);
  const made = new Set(fixes.filter(fix => !skipped.includes(fix)));
  const left = findings.filter(({ fix }) => fix === undefined || !made.has(fix)).map(({ diagnostic }) => diagnostic);
  if (files.size === 0)
    return app.report(options, {
      command: "doctor",
      diagnostics: left,
      files: [],
      conclusion: `Nothing here can be mended without a decision: ${summary(left)}`,
      rules: checkInfos,
    });

  const changes = [...files].map(([file, planned]) => {
    const change = changeOf(file, planned, read);
    return { file, planned, committed: change.committed, diff: readableDiff(change) };
  });
  const agreed = options.yes ? "yes" : await ask(app, options, [...made], changes);
  if (agreed === "nobody to ask") return app.refuse(options, "doctor", [nobodyToAsk(made.size)]);
  if (agreed === "yes")
    host.files.writeAll(new Map(changes.map(({ file, planned }) => [join(project.root, file), planned])));
  return app.report(options, {
    command: "doctor",
    diagnostics: agreed === "yes" ? left : findings.map(({ diagnostic }) => diagnostic),
    files: changes.map(({ file, committed, diff }) => ({
      file,
      status: agreed === "yes" ? (committed === undefined ? "created" : "mended") : "unchanged",
      // Who was asked has seen it.
      diff: options.yes ? diff : undefined,
    })),
    conclusion:
      agreed === "yes"
        ? `Mended: ${[...made].map(({ title }) => title).join("; ")}. Left: ${summary(left)}`
        : "Nothing was written.",
    details: { fixes: [...made].map(({ title, edits }) => ({ title, edits })) },
    rules: checkInfos,
  });
};

interface Change {
  readonly file: string;
  readonly diff: string;
}

const ask = async (
  { host }: App,
  { format }: DoctorOptions,
  fixes: readonly Fix[],
  changes: readonly Change[],
): Promise<"yes" | "no" | "nobody to ask"> => {
  if (!host.isInteractive || (format ?? "human") !== "human") return "nobody to ask";
  for (const { diff } of changes) host.stdout.write(`${diff}\n`);
  const { confirmed } = await import("./confirm.ts");
  return (await confirmed(`Write this? (${fixes.map(({ title }) => title).join("; ")})`)) ? "yes" : "no";
};

const withoutFix: Diagnostic = {
  code: "usage/yes-without-fix",
  severity: "error",
  message: "`--yes` answers the question that `--fix` asks, and there is no `--fix`",
  hint: "run `creditrisk-ci doctor --fix --yes`",
};

const nobodyToAsk = (fixes: number): Diagnostic => ({
  code: "usage/nobody-to-ask",
  severity: "error",
  message: `${fixes} ${fixes === 1 ? "mend" : "mends"} would be made, but there is no terminal to ask on`,
  hint: "run `creditrisk-ci doctor --fix --yes` to make them without asking",
});
