import fc from "fast-check";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { findingAreas } from "../../src/diagnostics/diagnostic.ts";
import type { Format, Report } from "../../src/diagnostics/report.ts";
import { writeReport } from "../../src/diagnostics/report.ts";
import { memoryHost } from "./memory-host.ts";

/** What a report looks like in a form, on both streams and in the job summary. */
export const written = async (report: Partial<Report>, format: Format, style: { readonly quiet?: boolean } = {}) => {
  const host = memoryHost({}, { env: { GITHUB_STEP_SUMMARY: "/summary" } });
  const whole = { command: "lint", diagnostics: [], files: [], conclusion: undefined, ...report };
  await writeReport(whole, { format, colour: false, quiet: style.quiet === true }, host);
  return { out: host.out(), err: host.err(), summary: host.contents.get("/summary") ?? "" };
};

/** Text that means something to a terminal, a runner or a reader of Markdown. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom(
        "\n",
        "\r",
        "\t",
        "::error::x",
        "::",
        "##[add-mask]x",
        "\u001b[2J",
        "%0A",
        "|",
        "`",
        "界",
        "👩‍🚀",
        "e\u0301",
      ),
    ),
    { maxLength: 6 },
  )
  .map(parts => parts.join(""));

const place = fc.record(
  {
    line: fc.integer({ min: 1, max: 300 }),
    column: fc.integer({ min: 1, max: 40 }),
    length: fc.nat(40),
    lines: fc.nat(3),
  },
  { requiredKeys: ["line"] },
);

/** Any finding, also one that a hostile file words. */
export const finding: fc.Arbitrary<Diagnostic> = fc
  .record(
    {
      area: fc.constantFrom(...findingAreas, "drift" as const, "usage" as const),
      severity: fc.constantFrom("error" as const, "warning" as const, "note" as const),
      file: hostile.filter(text => text !== ""),
      place,
      excerpt: hostile.map(text => text.replaceAll("\n", " ")),
      message: hostile,
      hint: hostile,
    },
    { requiredKeys: ["area", "severity", "message"] },
  )
  .map(({ area, place: at, ...rest }) => ({
    code: `${area}/some-rule`,
    ...rest,
    ...(at === undefined ? {} : toRange(at)),
  }));

interface Range {
  readonly line: number;
  readonly column?: number | undefined;
  readonly length?: number | undefined;
  readonly lines?: number | undefined;
}

const toRange = ({ line, column, length, lines }: Range) => ({
  line,
  ...(column === undefined ? {} : { column }),
  ...(lines === undefined ? {} : { endLine: line + lines }),
  ...(column === undefined || length === undefined ? {} : { endColumn: column + length }),
});
