import { join } from "node:path";
import type { Command } from "commander";
import { closest } from "../diagnostics/closest.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodes } from "../diagnostics/exit-code.ts";
import type { FileReport } from "../diagnostics/report.ts";
import type { Drift } from "../drift/drift.ts";
import { workflowNames } from "../model/workflow-name.ts";
import type { Project } from "../project.ts";
import { readGenerated } from "../render/header.ts";
import type { App, GlobalOptions } from "./app.ts";

interface GenerateOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly stdout?: boolean;
  readonly only?: readonly string[];
  readonly force?: boolean;
  readonly prune?: boolean;
  readonly watch?: boolean;
}

/** Writes the workflows. */
export const generate = (program: Command, app: App, end: (code: ExitCode) => void): void => {
  program
    .command("generate")
    .description("write the workflows: all or none, and only those that change")
    .option("--dry-run", "show what would change, write nothing")
    .option("--stdout", "print the workflows instead of writing them")
    .option("--only <workflows>", "only these workflows, separated by commas: ci, cd, nightly", list)
    .option("--force", "overwrite files that were edited or were not generated")
    .option("--prune", "delete generated files that the config no longer plans")
    .option("--watch", "generate again whenever the config changes")
    .addHelpText(
      "after",
      `
Examples:
  $ creditrisk-ci generate                 write what has changed
  $ creditrisk-ci generate --dry-run       show it first
  $ creditrisk-ci generate --only ci,cd    leave nightly as it is
  $ creditrisk-ci generate --stdout        print all of it`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<GenerateOptions>();
      const unknown = (options.only ?? []).filter(name => !(workflowNames as readonly string[]).includes(name));
      if (unknown.length > 0) return end(await app.refuse(options, "generate", unknown.map(unknownWorkflow)));
      const once = async () => {
        const opened = await app.project(options);
        if (!opened.ok) return { code: await app.refuse(options, "generate", opened.diagnostics), sources: [] };
        const { sources, root, lockFile } = opened.value;
        return { code: await write(app, options, opened.value), sources: [...sources, join(root, lockFile)] };
      };
      if (!options.watch) return end((await once()).code);
      const { watch } = await import("./watch.ts");
      const onFault = (fault: Diagnostic) => app.refuse(options, "generate", [fault]);
      end(await watch({ once, onFault, folder: app.folder(options), host: app.host }));
    });
};

const list = (text: string): readonly string[] => text.split(",").map(part => part.trim());

const write = async (app: App, options: GenerateOptions, project: Project): Promise<ExitCode> => {
  const { only } = options;
  const surveyed = project.survey();
  if (!surveyed.ok) return app.refuse(options, "generate", surveyed.diagnostics);
  const drifts = surveyed.value.filter(({ workflow }) => !only || workflow === undefined || only.includes(workflow));
  const planned = drifts.filter(({ workflow }) => workflow !== undefined);
  const absent = only?.filter(name => !planned.some(({ workflow }) => workflow === name)) ?? [];
  if (absent.length > 0)
    return app.refuse(
      options,
      "generate",
      absent.map(name => switchedOff(name, project.configFile)),
    );
  if (options.stdout) {
    const texts = planned.map(({ file }) => project.plan.get(file)?.render() ?? "");
    app.host.stdout.write(texts.join("---\n"));
    return exitCodes.clean;
  }

  const changes = drifts.filter(drift => drift.status !== "up-to-date" || drift.raw !== drift.planned);
  const refused = changes.filter(drift => (options.force ? isNoFile(drift) : isProtected(drift, options)));
  const deleted = options.prune ? changes.filter(({ status }) => status === "orphaned") : [];
  const written = changes.filter(({ planned }) => planned !== undefined);
  const diagnostics = [
    ...refused.map(refusal),
    ...changes.filter(({ status }) => status === "orphaned" && !options.prune).map(kept),
  ];
  const stopped = refused.length > 0;
  if (!stopped && !options.dryRun) {
    const files = new Map(written.map(({ file, planned }) => [join(project.root, file), planned as string]));
    if (project.newLock !== undefined) files.set(join(project.root, project.lockFile), project.newLock);
    if (files.size > 0) app.host.files.writeAll(files);
    for (const { file } of deleted) app.host.files.remove(join(project.root, file));
  }
  const { readableDiff } = stopped || options.dryRun ? await import("../drift/diff.ts") : {};
  const shown = new Set(options.dryRun ? changes : refused);
  const files = drifts.map(
    (drift): FileReport => ({
      file: drift.file,
      status: outcome(drift, {
        changed: changes.includes(drift),
        stopped,
        dry: options.dryRun === true,
        pruned: deleted.includes(drift),
      }),
      diff: shown.has(drift) && drift.status !== "missing" ? readableDiff?.(drift) : undefined,
    }),
  );
  const locked: readonly FileReport[] =
    project.newLock === undefined || stopped
      ? []
      : [{ file: project.lockFile, status: options.dryRun ? "would be created" : "created" }];
  return app.report(options, {
    command: "generate",
    files: [...files, ...locked],
    diagnostics: [...diagnostics, ...(stopped ? [] : await growth(written))],
    conclusion: stopped || options.dryRun ? "Nothing was written." : undefined,
  });
};

interface Run {
  readonly changed: boolean;
  readonly stopped: boolean;
  readonly dry: boolean;
  readonly pruned: boolean;
}

const outcome = ({ status }: Drift, run: Run): string => {
  if (!run.changed) return "unchanged";
  if (status === "orphaned") return run.pruned ? (run.dry || run.stopped ? "would be deleted" : "deleted") : "orphaned";
  if (run.stopped) return status;
  const verb = status === "missing" ? "created" : "updated";
  return run.dry ? `would be ${verb}` : verb;
};

/** Something that no overwriting can mend: a folder, a link to somewhere else. */
const isNoFile = ({ status, raw }: Drift): boolean => status === "unmanaged" && raw === undefined;
/** What would be lost is somebody's work. */
const isProtected = ({ status, committed = "" }: Drift, { prune }: GenerateOptions): boolean =>
  status === "unmanaged" ||
  status === "hand-edited" ||
  status === "pins-only" ||
  (status === "orphaned" && prune === true && readGenerated(committed)?.intact === false);

const unknownWorkflow = (name: string): Diagnostic => {
  const near = closest(name, workflowNames);
  return {
    code: "usage/unknown-workflow",
    severity: "error",
    message: `\`--only\` names ${JSON.stringify(name)}, which is no workflow`,
    hint: `${near ? `did you mean \`${near}\`? ` : ""}the workflows are ${workflowNames.join(", ")}`,
  };
};

const switchedOff = (name: string, file: string): Diagnostic => ({
  code: "usage/unknown-workflow",
  severity: "error",
  file,
  message: `\`--only\` names ${name}, which the config switches off`,
  hint: `give \`files.${name}\` the name of a file`,
});

const refusal = (drift: Drift): Diagnostic => {
  const { file, status, remarks, generatedFrom } = drift;
  const reason = isNoFile(drift)
    ? remarks.join(", ")
    : generatedFrom !== undefined
      ? `it is generated from ${generatedFrom}`
      : status === "unmanaged"
        ? "it was not generated by this tool"
        : status === "pins-only"
          ? "the versions of its actions were changed since it was generated"
          : "it was edited by hand since it was generated";
  return {
    code: "generate/refused",
    severity: "error",
    file,
    message: `not ${status === "orphaned" ? "deleted" : "overwritten"}: ${reason}`,
    hint:
      isNoFile(drift) || generatedFrom !== undefined
        ? "move it out of the way, or give the generated file another name in `files`"
        : "say in the config what it should hold, or run `npx creditrisk-ci generate --force` to lose what it holds",
  };
};

const kept = ({ file }: Drift): Diagnostic => ({
  code: "generate/orphaned",
  severity: "warning",
  file,
  message: "generated earlier, but no longer planned by the config",
  hint: "run `npx creditrisk-ci generate --prune` to delete it",
});

/** What the new files may do that the old ones could not. */
const growth = async (written: readonly Drift[]): Promise<readonly Diagnostic[]> => {
  if (written.length === 0) return [];
  const { added, capabilitiesOf } = await import("../capabilities.ts");
  return written.flatMap(({ file, planned = "", committed = "" }) => {
    const before = capabilitiesOf(committed);
    const after = capabilitiesOf(planned);
    return (["secrets", "permissions", "actions"] as const).flatMap((kind): readonly Diagnostic[] => {
      const names = added(before[kind], after[kind]);
      return names.length === 0
        ? []
        : [{ code: `generate/new-${kind}`, severity: "note", file, message: `new ${kind}: ${names.join(", ")}` }];
    });
  });
};
