import { byPlace } from "../diagnostics/by-place.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, severities, success } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import type { Host } from "../host/host.ts";
import type { Asked } from "../lint/foreign/ask.ts";
import type { ForeignLinter } from "../lint/foreign/linter.ts";
import { createLinter } from "../lint/linter.ts";
import { ruleInfos } from "../lint/rule-infos.ts";
import { selection } from "../lint/selection.ts";
import { findTargets } from "../lint/targets.ts";
import { findRepository } from "../repository/root.ts";
import type { App } from "./app.ts";
import type { LintOptions } from "./lint.ts";
import type { Compared } from "./lint-baseline.ts";
import { progressOn } from "./progress.ts";
import { summary, things } from "./summary.ts";

/** The command `lint`. What only some runs need is loaded by those: other linters, baselines. */
export const runLint = async (app: App, options: LintOptions, names: readonly string[]): Promise<ExitCode> => {
  const { files } = app.host;
  const cwd = app.folder(options);
  const repository = findRepository(files, cwd);
  const targets = findTargets(names, { cwd, root: repository.ok ? repository.value : undefined, files });
  const selects = selection(options.rule, options.disable);
  const foreign = await namedLinters(options.with ?? []);
  const baseline = await baselineOf(app, options);
  if (!targets.ok || !selects.ok || !foreign.ok || !baseline.ok)
    return app.refuse(
      options,
      "lint",
      [targets, selects, foreign, baseline].flatMap(result => (result.ok ? [] : result.diagnostics)),
    );
  const found = await lintAll(targets.value, { cwd, host: app.host, foreign: foreign.value });
  const compared = baseline.value(found.diagnostics.filter(selects.value));
  const least = severities.indexOf(options.minSeverity ?? "note");
  const diagnostics = compared.diagnostics
    .filter(({ severity }) => severities.indexOf(severity) <= least)
    .toSorted(byPlace);
  const looked = things(targets.value.length, "file");
  const hidden = [
    counted(found.waived, "waived"),
    counted(compared.known, options.writeBaseline === undefined ? "in the baseline" : "written to the baseline"),
  ].filter(part => part !== "");
  return app.report(options, {
    command: "lint",
    diagnostics,
    files: [],
    conclusion: [
      `${looked}: ${summary(diagnostics)}`,
      ...(hidden.length > 0 ? [`(${hidden.join(", ")})`] : []),
      ...(found.others.length > 0 ? [`with ${found.others.join(" and ")}`] : []),
    ].join(" "),
    details: {
      linted: targets.value.length,
      waived: found.waived,
      inBaseline: compared.known,
      linters: found.others,
    },
    rules: ruleInfos,
  });
};

const baselineOf = async (
  app: App,
  options: LintOptions,
): Promise<Result<(findings: readonly Diagnostic[]) => Compared>> => {
  if (options.baseline === undefined && options.writeBaseline === undefined)
    return success(diagnostics => ({ diagnostics, known: 0 }));
  return (await import("./lint-baseline.ts")).prepareBaseline(app, options);
};

const namedLinters = async (names: readonly string[]): Promise<Result<readonly ForeignLinter[]>> => {
  if (names.length === 0) return success([]);
  const { foreignLinters } = await import("../lint/foreign/index.ts");
  const unknown = names.filter(name => !foreignLinters.some(linter => linter.name === name));
  if (unknown.length === 0) return success(foreignLinters.filter(({ name }) => names.includes(name)));
  const hint = `those known are ${foreignLinters.map(({ name }) => name).join(" and ")}`;
  return failure(
    ...unknown.map(
      (name): Diagnostic => ({
        code: "usage/unknown-linter",
        severity: "error",
        message: `\`--with\` names ${JSON.stringify(name)}, which is no linter known here`,
        hint,
      }),
    ),
  );
};

interface Found {
  readonly diagnostics: readonly Diagnostic[];
  readonly waived: number;
  /** The other linters that looked too, as `name version`. */
  readonly others: readonly string[];
}

interface Surroundings {
  readonly cwd: string;
  readonly host: Host;
  readonly foreign?: readonly ForeignLinter[];
}

/** Looks at files, absolute; the other linters look at them first. */
export const lintAll = async (paths: readonly string[], { cwd, host, foreign = [] }: Surroundings): Promise<Found> => {
  const asked: Asked =
    foreign.length === 0
      ? { findings: new Map(), present: [], problems: [] }
      : await (await import("../lint/foreign/ask.ts")).askForeign(foreign, paths, cwd);
  const linter = createLinter({ cwd, files: host.files, today: new Date().toISOString().slice(0, 10) });
  const progress = progressOn(host.stderr);
  const diagnostics = [...asked.problems];
  let waived = 0;
  for (const [index, path] of paths.entries()) {
    progress.tell(`${index} of ${things(paths.length, "file")}`);
    const found = await linter.lint(path, { theirs: asked.findings.get(path) ?? [] });
    diagnostics.push(...found.remaining, ...found.problems);
    waived += found.waived.length;
  }
  progress.end();
  return { diagnostics: diagnostics.sort(byPlace), waived, others: asked.present };
};

const counted = (count: number, what: string): string => (count === 0 ? "" : `${count} ${what}`);
