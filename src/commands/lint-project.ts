import { join } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Drift } from "../drift/drift.ts";
import type { Host } from "../host/host.ts";
import { createLinter } from "../lint/linter.ts";
import { findTargets } from "../lint/targets.ts";
import { lintAll } from "./run-lint.ts";
import { summary } from "./summary.ts";

/** All that is wrong with the workflows of a repository; a repository without any has nothing wrong with them. */
export const lintProject = async (
  root: string,
  host: Host,
): Promise<{ readonly findings: readonly Diagnostic[]; readonly conclusion: readonly string[] }> => {
  const targets = findTargets([], { cwd: root, root, files: host.files });
  if (!targets.ok) return { findings: [], conclusion: [] };
  const { diagnostics } = await lintAll(targets.value, { cwd: root, host });
  return { findings: diagnostics, conclusion: [`lint: ${summary(diagnostics)}`] };
};

/** What an edit of a generated file breaks: findings that the file has as it is, and would not have as it was generated. */
export const lintEdits = async (root: string, host: Host, edited: readonly Drift[]): Promise<readonly Diagnostic[]> => {
  const linter = createLinter({ cwd: root, files: host.files, today: new Date().toISOString().slice(0, 10) });
  const found: Diagnostic[] = [];
  for (const { file, committed, planned } of edited) {
    if (committed === undefined || planned === undefined) continue;
    const { remaining } = await linter.lint(join(root, file), { text: committed });
    if (remaining.length === 0) continue;
    const before = await linter.lint(join(root, file), { text: planned });
    // What was there already may have moved to another line.
    const known = new Set(before.remaining.map(same));
    found.push(...remaining.filter(finding => !known.has(same(finding))));
  }
  return found;
};

const same = ({ code, message, excerpt }: Diagnostic): string => `${code} ${message} ${excerpt}`;
