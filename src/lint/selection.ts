import { closest } from "../diagnostics/closest.ts";
import type { Diagnostic, DiagnosticCode, Result } from "../diagnostics/diagnostic.ts";
import { areaOf, failure, success } from "../diagnostics/diagnostic.ts";
import { rules } from "./rules/index.ts";

/** Whether a finding is to be reported. */
export type Selects = (finding: Pick<Diagnostic, "code" | "severity">) => boolean;

/**
 * Findings of certain rules, or areas of rules, or of all but some. What keeps a file from being read at all is always
 * reported: nothing else of that file could be.
 */
export const selection = (
  only: readonly string[] | undefined,
  disabled: readonly string[] | undefined,
): Result<Selects> => {
  const unknown = [...(only ?? []), ...(disabled ?? [])].filter(name => !isKnown(name));
  if (unknown.length > 0) return failure(...unknown.map(unknownRule));
  const needed = (disabled ?? []).filter(name => unread.has(name));
  if (needed.length > 0) return failure(...needed.map(neededRule));
  const names = (list: readonly string[], code: DiagnosticCode) => list.includes(code) || list.includes(areaOf(code));
  return success(finding => {
    const { code } = finding;
    if (isUnread(finding)) return true;
    if (disabled && names(disabled, code)) return false;
    return only === undefined || names(only, code) || areaOf(code) === "lint";
  });
};

/** The rules that say that a file could not be looked at. */
const unread: ReadonlySet<string> = new Set([
  "workflow/yaml-syntax",
  ...rules.filter(({ inspect }) => inspect !== undefined).map(({ id }) => id),
]);

/** Whether it says that a file was not looked at; a warning of such a rule says less. */
export const isUnread = ({ code, severity }: Pick<Diagnostic, "code" | "severity">): boolean =>
  severity === "error" && unread.has(code);

const ids = rules.map(({ id }) => id);
const areas = [...new Set(ids.map(areaOf)), "lint", "actionlint", "zizmor"];

/** What another linter names its findings is not known here. */
const isKnown = (name: string): boolean =>
  areas.includes(name) || (ids as readonly string[]).includes(name) || /^(?:lint|actionlint|zizmor)\/./.test(name);

const unknownRule = (name: string): Diagnostic => {
  const near = closest(name, [...ids, ...areas]);
  return {
    code: "usage/unknown-rule",
    severity: "error",
    message: `there is no rule ${JSON.stringify(name)}`,
    hint: near === undefined ? "`creditrisk-ci explain` lists them all" : `did you mean \`${near}\`?`,
  };
};

const neededRule = (name: string): Diagnostic => ({
  code: "usage/needed-rule",
  severity: "error",
  message: `\`${name}\` cannot be disabled: a file that breaks it is not read, so it would pass for clean`,
  hint: "leave the file out, or mend it",
});
