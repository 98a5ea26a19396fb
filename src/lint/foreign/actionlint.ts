import { resolve } from "node:path";
import type { ForeignLinter } from "./linter.ts";
import { grouped, runLinter, versionOf } from "./linter.ts";

/** https://github.com/rhysd/actionlint: its kinds become `actionlint/<kind>`. */
export const actionlint: ForeignLinter = {
  name: "actionlint",
  version: cwd => versionOf("actionlint", "-version", cwd),
  findings: async (paths, cwd, version) => {
    const outputs = await runLinter(["actionlint", "-format", "{{json .}}"], paths, {
      cwd,
      // 0: nothing found, 1: something found.
      accepts: code => code === 0 || code === 1,
    });
    return grouped(
      outputs
        .flatMap(output => JSON.parse(output) as readonly Reported[])
        .filter(({ message }) => !isFalseAlarm(message, version))
        .map(({ filepath, line, column, end_column, kind, message }) => ({
          path: resolve(cwd, filepath),
          finding: {
            code: `actionlint/${kind}`,
            severity: /:(?:info|style):/.test(message) ? "note" : /:warning:/.test(message) ? "warning" : "error",
            line,
            column,
            endLine: line,
            endColumn: Math.max(end_column, column) + 1,
            message: message.replace(/\.$/, ""),
          },
        })),
    );
  },
  // Of what GitHub's parser and the rules beside it say of a place, its own word is a second opinion.
  sameAs: ({ code }) =>
    Object.hasOwn(SAME, code)
      ? known => SAME[code]?.includes(known) === true
      : code === "actionlint/shellcheck"
        ? () => false
        : known => known.startsWith("workflow/"),
};

/** One element of what `-format '{{json .}}'` prints; lines and columns count from one, the last column is included. */
interface Reported {
  readonly filepath: string;
  readonly line: number;
  readonly column: number;
  readonly end_column: number;
  readonly kind: string;
  readonly message: string;
}

const SAME: Readonly<Record<string, readonly string[]>> = {
  "actionlint/credentials": ["policy/hardcoded-credential"],
};

/**
 * What a release says of syntax that is younger than it. Of the last one, 1.7.12 of March 2026; a later release is taken at its word.
 * https://github.com/rhysd/actionlint/issues/657, https://github.com/rhysd/actionlint/issues/693
 */
const YOUNGER = [
  // concurrency.queue
  /^unexpected key "queue" for "concurrency" section/,
  // Steps side by side, and those that wait for them.
  /^unexpected key "(?:background|cancel-timeout-minutes|wait|wait-all|cancel|parallel)" for /,
  /^step must run script with "run" section or run action with "uses" section/,
  // services.<id>.entrypoint and .command
  /^unexpected key "(?:entrypoint|command)" for "services" section/,
  // A file of the repository itself.
  /^specifying action "\$\/[^"]*" in invalid format/,
  /^reusable workflow call "\$\/[^"]*" at "uses" is not following the format/,
  /^unknown permission scope "(?:code-quality|copilot-requests|drives|vulnerability-alerts)"/,
  /^invalid activity type "(?:stacked|field_added|field_removed)" for /,
  /^property "workflow_(?:ref|sha|repository|file_path)" is not defined in object type \{check_run_id/,
  /^label "ubuntu-26\.04(?:-arm)?" is unknown/,
];

const LAST_WITHOUT = [1, 7, 12] as const;

const isFalseAlarm = (message: string, version: string): boolean =>
  !isLater(version) && YOUNGER.some(pattern => pattern.test(message));

const isLater = (version: string): boolean => {
  const parts = version.split(".").map(Number);
  for (const [index, known] of LAST_WITHOUT.entries()) {
    const part = parts[index] ?? 0;
    if (part !== known) return part > known;
  }
  return false;
};
