import * as z from "zod";
import { problemsOf, wordKnownKeys } from "../config/issues.ts";
import { parseJson } from "../config/load-json.ts";
import { type Diagnostic, failure, type Result, success } from "../diagnostics/diagnostic.ts";
import { fingerprint } from "../diagnostics/fingerprint.ts";

/** Raised when a field changes its meaning or goes away. */
const SCHEMA_VERSION = 1;

const findingSchema = z.strictObject({
  file: z.string(),
  code: z.string().regex(/^[a-z]+\/\S+$/, "is no code of a finding"),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, "is no fingerprint"),
  count: z.int().min(1),
});

const baselineSchema = z.strictObject({ schemaVersion: z.literal(SCHEMA_VERSION), findings: z.array(findingSchema) });

type Known = z.infer<typeof findingSchema>;

/** Findings that were there when a team began, and that do not count until they are touched. */
export interface Baseline {
  /** The file it was read from. */
  readonly file: string;
  readonly findings: readonly Known[];
}

/** The same for equal findings wherever in the file they are. */
const keyOf = ({ file, code, fingerprint }: Omit<Known, "count">): string => JSON.stringify([file, code, fingerprint]);

const identify = (finding: Diagnostic): Omit<Known, "count"> => ({
  file: finding.file ?? "",
  code: finding.code,
  fingerprint: fingerprint(finding),
});

/** The text of a baseline that knows these findings: an entry a line, in an order of their own, so that changes merge. */
export const baselineText = (findings: readonly Diagnostic[]): string => {
  const entries = new Map<string, Known>();
  for (const finding of findings.map(identify)) {
    const key = keyOf(finding);
    entries.set(key, { ...finding, count: (entries.get(key)?.count ?? 0) + 1 });
  }
  const lines = [...entries]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, entry]) => `    ${JSON.stringify(entry)}`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join(",\n")}\n  ]`;
  return `{\n  "schemaVersion": ${SCHEMA_VERSION},\n  "findings": ${list}\n}\n`;
};

export const parseBaseline = (text: string, file: string): Result<Baseline> => {
  const parsed = parseJson(text, file);
  if (!parsed.ok)
    return failure(...parsed.diagnostics.map((problem): Diagnostic => ({ ...problem, code: "usage/baseline" })));
  const { value, position } = parsed.value;
  const wrong = (path: readonly (string | number)[], message: string, hint: string): Diagnostic => ({
    ...{ code: "usage/baseline", severity: "error", file, ...position(path), message, hint },
  });
  const version = z.object({ schemaVersion: z.int().min(SCHEMA_VERSION + 1) }).safeParse(value);
  if (version.success)
    return failure(
      wrong(
        ["schemaVersion"],
        `the baseline has version ${version.data.schemaVersion}, and this release knows ${SCHEMA_VERSION}`,
        "use the release of creditrisk-ci that wrote it, or a newer one",
      ),
    );
  const checked = baselineSchema.safeParse(value, { error: wordKnownKeys });
  if (checked.success) return success({ file, findings: checked.data.findings });
  return failure(
    ...problemsOf(checked.error, value)
      .slice(0, PROBLEMS)
      .map(({ path, message }) => wrong(path, message, "write the baseline again, or restore the file from git")),
  );
};

/** As many as somebody reads before writing the file again. */
const PROBLEMS = 20;

export interface Compared {
  /** The findings that count. */
  readonly remaining: readonly Diagnostic[];
  /** The findings that the baseline knows. */
  readonly known: readonly Diagnostic[];
  /** A note for each entry of which not everything is there any more. */
  readonly stale: readonly Diagnostic[];
}

/** Takes out the findings that the baseline knows, of equal ones as many as it counts. */
export const applyBaseline = (findings: readonly Diagnostic[], { file, findings: entries }: Baseline): Compared => {
  const left = new Map<string, { readonly entry: Known; count: number }>();
  for (const entry of entries) {
    const key = keyOf(entry);
    left.set(key, { entry, count: (left.get(key)?.count ?? 0) + entry.count });
  }
  const [remaining, known]: [Diagnostic[], Diagnostic[]] = [[], []];
  for (const finding of findings) {
    const entry = left.get(keyOf(identify(finding)));
    if (entry === undefined || entry.count === 0) remaining.push(finding);
    else {
      entry.count -= 1;
      known.push(finding);
    }
  }
  const gone = [...left.values()].filter(({ count }) => count > 0);
  return { remaining, known, stale: gone.map(({ entry, count }) => stale(file, entry, count)) };
};

const stale = (file: string, { file: where, code, fingerprint: hash }: Known, count: number): Diagnostic => ({
  code: "lint/stale-baseline",
  severity: "note",
  file,
  message: `${count === 1 ? "a finding" : `${count} findings`} of ${code} in ${where} ${count === 1 ? "is" : "are"} no longer there (${hash})`,
  hint: "write the baseline again, or remove the entry",
});
