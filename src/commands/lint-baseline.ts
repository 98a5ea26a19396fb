import { resolve } from "node:path";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import { kindBehindLinks } from "../host/links.ts";
import { applyBaseline, baselineText, parseBaseline } from "../lint/baseline.ts";
import { isUnread } from "../lint/selection.ts";
import type { App } from "./app.ts";
import type { LintOptions } from "./lint.ts";

/** What a baseline makes of findings. */
export interface Compared {
  readonly diagnostics: readonly Diagnostic[];
  /** How many it hides. */
  readonly known: number;
}

/** Reads the baseline that is named, if it is to be applied, and makes sure that the one to be written overwrites nothing else. */
export const prepareBaseline = (
  app: App,
  options: LintOptions,
): Result<(findings: readonly Diagnostic[]) => Compared> => {
  const { files } = app.host;
  const { baseline, writeBaseline } = options;
  const text = (path: string) => new TextDecoder().decode(files.read(path));
  if (writeBaseline !== undefined) {
    const path = resolve(app.folder(options), writeBaseline);
    const kind = kindBehindLinks(files, path);
    if (kind !== undefined && (kind !== "file" || !parseBaseline(text(path), writeBaseline).ok))
      return wrong(
        `\`--write-baseline\` names ${JSON.stringify(writeBaseline)}, which is there and is no baseline`,
        "name a new file, or an earlier baseline",
      );
    return success(findings => {
      const lasting = findings.filter(finding => !isUnread(finding));
      files.writeAll(new Map([[path, baselineText(lasting)]]));
      // What is written down counts no more; a file that could not be read still does.
      return { diagnostics: findings.filter(isUnread), known: lasting.length };
    });
  }
  if (baseline === undefined) return success(diagnostics => ({ diagnostics, known: 0 }));
  const path = resolve(app.folder(options), baseline);
  if (kindBehindLinks(files, path) !== "file")
    return wrong(
      `\`--baseline\` names ${JSON.stringify(baseline)}, which is no file`,
      `write it first: \`creditrisk-ci lint --write-baseline ${baseline}\``,
    );
  const parsed = parseBaseline(text(path), baseline);
  if (!parsed.ok) return parsed;
  return success(findings => {
    const { remaining, known, stale } = applyBaseline(findings, parsed.value);
    return { diagnostics: [...remaining, ...stale], known: known.length };
  });
};

const wrong = (message: string, hint: string): Result<never> =>
  failure({ code: "usage/baseline", severity: "error", message, hint });
