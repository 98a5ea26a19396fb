import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { RepositoryContents } from "../repository/contents.ts";
import type { Place } from "./place.ts";
import { SourceText } from "./place.ts";
import type { RawFile, Report, Rule, RuleContext } from "./rule.ts";
import type { ParserMessage, WorkflowFile } from "./workflow-file.ts";
import { readWorkflowFile } from "./workflow-file.ts";
import type { YamlShape } from "./yaml-shape.ts";
import { shapeOf } from "./yaml-shape.ts";

/**
 * All that is wrong with one file, by place. A file that cannot be read as a workflow has findings that say so; nothing is skipped.
 * `path`: relative to the repository, with forward slashes.
 */
export const lintFile = async (
  { path, bytes }: Pick<RawFile, "path" | "bytes">,
  rules: readonly Rule[],
  repository: RepositoryContents | undefined,
): Promise<readonly Diagnostic[]> => {
  const text = decoded(bytes);
  const source = new SourceText(text ?? "");
  const findings = new Findings(path, source);
  const shape = inspect({ path, bytes, text }, source, rules, findings);
  if (text === undefined || findings.hasErrors) return findings.sorted;

  const file = await readWorkflowFile(path, text, repository, (shape ?? shapeOf(source)).isLarge);
  const context = { file, repository };
  for (const message of file.messages) explain(message, rules, context, findings);
  check(file, rules, context, findings);
  return findings.sorted;
};

/** Before it is parsed. What is said first explains the rest, and what is asked next may be too much for such a file. */
const inspect = (
  raw: Omit<RawFile, "shape">,
  source: SourceText,
  rules: readonly Rule[],
  findings: Findings,
): YamlShape | undefined => {
  let shape: YamlShape | undefined;
  const file: RawFile = {
    ...raw,
    get shape() {
      if (raw.text !== undefined) shape ??= shapeOf(source);
      return shape;
    },
  };
  for (const rule of rules) {
    rule.inspect?.(file, findings.reporter(rule));
    if (findings.hasErrors) break;
  }
  return shape;
};

/** UTF-8, without the byte order mark, which GitHub ignores. */
const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Gives what the parser says to the first rule that knows it; the last rule stands for all that none knows. */
const explain = (message: ParserMessage, rules: readonly Rule[], context: RuleContext, findings: Findings): void => {
  for (const rule of rules) {
    const told = rule.messages?.(message, context);
    if (told === undefined) continue;
    if (told !== null)
      findings.reporter(rule)(message.place, told, message.severity === "warning" ? { severity: "warning" } : {});
    return;
  }
};

const check = ({ workflow }: WorkflowFile, rules: readonly Rule[], context: RuleContext, findings: Findings): void => {
  if (workflow) for (const rule of rules) rule.check?.(workflow, findings.reporter(rule), context);
};

/** The graver of two findings stands. */
const rank: Readonly<Record<Diagnostic["severity"], number>> = { error: 0, warning: 1, note: 2 };

/** Long lines are shown in part, and not at all where that part would be long. */
const EXCERPT = 160;
const LAST_COLUMN = 1000;

class Findings {
  readonly #path: string;
  readonly #source: SourceText;
  readonly #found = new Map<string, Diagnostic>();

  constructor(path: string, source: SourceText) {
    this.#path = path;
    this.#source = source;
  }

  get hasErrors(): boolean {
    return [...this.#found.values()].some(({ severity }) => severity === "error");
  }

  reporter({ id, severity, hint }: Rule): Report {
    return (place, message, instead = {}) => {
      // The same thing twice at one place says nothing new: a rule of ours beside the parser's, an anchor and its alias.
      const known = `${id} ${place.line}:${place.column} ${message}`;
      const before = this.#found.get(known);
      if (before && rank[before.severity] <= rank[instead.severity ?? severity]) return;
      this.#found.set(known, {
        code: id,
        severity,
        file: this.#path,
        line: place.line,
        column: place.column,
        endLine: place.endLine,
        endColumn: place.endColumn,
        ...(place.column <= LAST_COLUMN ? { excerpt: this.#excerpt(place) } : {}),
        message,
        hint,
        ...instead,
      });
    };
  }

  #excerpt({ line, column }: Place): string {
    return this.#source.line(line).slice(0, Math.max(EXCERPT, column + EXCERPT / 2));
  }

  get sorted(): readonly Diagnostic[] {
    return [...this.#found.values()].sort(
      (one, other) =>
        (one.line ?? 0) - (other.line ?? 0) ||
        (one.column ?? 0) - (other.column ?? 0) ||
        (one.code < other.code ? -1 : one.code > other.code ? 1 : 0),
    );
  }
}
