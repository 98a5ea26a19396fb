import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import { excerptOf, findingAreas } from "../src/diagnostics/diagnostic.ts";
import { exitCodeOf } from "../src/diagnostics/exit-code.ts";
import { finding, written } from "./support/diagnostics.ts";

const FILE = ".github/workflows/ci.yaml";

const unpinned: Diagnostic = {
  code: "policy/unpinned-action",
  severity: "error",
  file: FILE,
  ...{ line: 12, column: 15, endLine: 12, endColumn: 34 },
  excerpt: "      - uses: actions/checkout@v4",
  message: "`actions/checkout@v4` is not pinned to a commit",
  hint: "name the commit",
};

test("exit codes: errors of every kind of linting are findings, warnings and notes are none", () => {
  for (const area of findingAreas) {
    const of = (severity: Diagnostic["severity"]) => exitCodeOf([{ code: `${area}/x`, severity, message: "m" }]);
    expect([of("error"), of("warning"), of("note")]).toEqual([1, 0, 0]);
  }
});

test("human: a finding shows its line with the place underlined, and goes to standard output", async () => {
  expect(await written({ diagnostics: [unpinned] }, "human")).toEqual({
    out: [
      `${FILE}:12:15: error: \`actions/checkout@v4\` is not pinned to a commit [policy/unpinned-action]`,
      "  12 |       - uses: actions/checkout@v4",
      "     |               ^^^^^^^^^^^^^^^^^^^",
      "  → name the commit",
      "",
    ].join("\n"),
    err: "",
    summary: "",
  });
});

test("human: findings in a row that are mended alike say so once", async () => {
  const other = { ...unpinned, line: 14, endLine: 14 };
  const { out } = await written({ diagnostics: [unpinned, other] }, "human");
  expect(out.match(/→ name the commit/g)).toHaveLength(1);
  expect(out.endsWith("→ name the commit\n")).toBe(true);
});

test("human: notes of a linter are findings, those of other commands are for review, and neither shows under --quiet", async () => {
  const note: Diagnostic = { ...unpinned, severity: "note" };
  const review: Diagnostic = { code: "generate/new-secrets", severity: "note", file: FILE, message: "new secrets: X" };
  const { out } = await written({ diagnostics: [note, review] }, "human");
  expect(out).toContain(`${FILE}:12:15: note: \`actions/checkout@v4\` is not pinned`);
  expect(out.split("To review:")).toEqual([expect.stringContaining("note: "), `\n  ${FILE}\n    new secrets: X\n`]);
  expect(await written({ diagnostics: [note, review] }, "human", { quiet: true })).toMatchObject({ out: "", err: "" });
});

/** The line of a report and what underlines it, without the margin. */
const marked = async (diagnostic: Partial<Diagnostic>) => {
  const { out } = await written({ diagnostics: [{ ...unpinned, ...diagnostic }] }, "human");
  const [, line = "", mark = ""] = out.split("\n");
  return [line.slice(line.indexOf("|") + 2), mark.slice(mark.indexOf("|") + 2)] as const;
};

test.for([
  ["a tab", "\t- uses: x", "\t  ^^^^"],
  ["a tab inside", "a:\tuses: x", "  \t^^^^"],
  ["wide characters", "界界: uses: x", "      ^^^^"],
  ["an emoji of several units", "👩‍🚀: uses: x", "    ^^^^"],
  ["an accent of its own", "e\u0301: uses: x", "   ^^^^"],
  ["a control character", "\u0007 uses: x", "       ^^^^"],
] as const)("human: the mark stands under its place after %s", async ([, excerpt, mark]) => {
  const at = excerpt.indexOf("uses");
  expect((await marked({ excerpt, column: at + 1, endColumn: at + 5 }))[1]).toBe(mark);
});

test("human: the mark covers wide characters and ends with the line where the place goes on", async () => {
  expect((await marked({ excerpt: "a: 界界 b", column: 4, endColumn: 6 }))[1]).toBe("   ^^^^");
  expect((await marked({ excerpt: "a: bcd  ", column: 4, endColumn: 2, endLine: 20 }))[1]).toBe("   ^^^");
  expect((await marked({ excerpt: "a: bcd", column: 7, endColumn: 7 }))[1]).toBe("      ^");
});

test("human: of a long line the part around the place is shown, and no character is cut in two", async () => {
  const excerpt = `${"😀".repeat(150)}HERE${"😀".repeat(150)}`;
  const [line, mark] = await marked({ excerpt, column: 301, endColumn: 305 });
  expect(line).toMatch(/^…(?:😀)+HERE(?:😀)+…$/u);
  expect(stringWidth(line)).toBeLessThan(160);
  expect(stringWidth(line.slice(0, line.indexOf("HERE")))).toBe(mark.indexOf("^"));
  expect(mark.trim()).toBe("^^^^");
});

test("human: without a place in the line, or with one beyond what is known of it, nothing is underlined", async () => {
  const { column: _, endColumn: __, ...lineOnly } = unpinned;
  const { out } = await written({ diagnostics: [lineOnly] }, "human");
  expect(out).toContain("  12 |       - uses: actions/checkout@v4\n  → ");
  const { out: beyond } = await written({ diagnostics: [{ ...unpinned, column: 900, endColumn: 905 }] }, "human");
  expect(beyond).not.toContain("^");
});

test("an excerpt is the beginning of its line, and ends with a whole character", () => {
  expect(excerptOf("a: b")).toBe("a: b");
  const cut = excerptOf(`a${"😀".repeat(1000)}`);
  expect(cut).toBe(`a${"😀".repeat(499)}`);
});

test("github: a finding is annotated with its columns, unless it spans lines", async () => {
  const spread = { ...unpinned, endLine: 15 };
  const { endLine: _, ...open } = unpinned;
  const { out } = await written({ diagnostics: [unpinned, spread, open] }, "github");
  const properties = [...out.matchAll(/^::error (.*?)::/gm)].map(([, found]) => found);
  expect(properties).toEqual([
    `file=${FILE},line=12,endLine=12,col=15,endColumn=34,title=policy/unpinned-action`,
    `file=${FILE},line=12,endLine=15,title=policy/unpinned-action`,
    `file=${FILE},line=12,col=15,endColumn=34,title=policy/unpinned-action`,
  ]);
});

test("github: errors come first, and the summary counts what GitHub does not show", async () => {
  const note: Diagnostic = { ...unpinned, code: "pipeline/x", severity: "note" };
  const warning: Diagnostic = { ...unpinned, code: "workflow/y", severity: "warning", file: "a|b.yaml" };
  const errors = Array.from({ length: 13 }, (_, index) => ({ ...unpinned, line: index + 1, endLine: index + 1 }));
  const warnings = Array.from({ length: 12 }, () => warning);
  const { out, summary } = await written({ diagnostics: [note, ...warnings, ...errors] }, "github");
  const kinds = [...out.matchAll(/^::(\w+) /gm)].map(([, kind]) => kind);
  expect(kinds).toEqual([...Array(13).fill("error"), ...Array(12).fill("warning"), "notice"]);
  expect(summary.match(/^- \*\*error\*\*/gm)).toHaveLength(10);
  expect(summary.match(/^- \*\*warning\*\*/gm)).toHaveLength(10);
  expect(summary.match(/^- \*\*note\*\*/gm)).toHaveLength(1);
  expect(summary).toContain(
    [
      "and 5 more:",
      "",
      "| file | rule | severity | findings |",
      "| --- | --- | --- | --- |",
      `| \`${FILE}\` | \`policy/unpinned-action\` | error | 3 |`,
      "| `a\\|b.yaml` | `workflow/y` | warning | 2 |",
    ].join("\n"),
  );
});

test("json: a finding keeps its range and its line", async () => {
  const { out } = await written({ diagnostics: [unpinned] }, "json");
  expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, exitCode: 1, diagnostics: [unpinned] });
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal obeys
const OBEYED = /(?![\t\n])[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

test("property: whatever a file holds, a terminal is shown nothing that it obeys, and every finding is one block", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(finding, { maxLength: 4 }), async diagnostics => {
      const { out, err } = await written({ diagnostics }, "human");
      expect(`${out}${err}`).not.toMatch(OBEYED);
      const lines = `${out}${err}`.split("\n");
      const titles = lines.filter(line => /\[\w+\/some-rule\]$/.test(line));
      expect(titles).toHaveLength(
        diagnostics.filter(one => one.severity !== "note" || !/^(?:drift|usage)/.test(one.code)).length,
      );
    }),
  );
});

/** What the runner would obey in a line: a command at its beginning, or one of the older form anywhere. */
const commandIn = (line: string): string | undefined =>
  /^\s*::([^ :]+).*?::/.exec(line)?.[1] ?? /##\[([^ \]]*)/.exec(line)?.[1];

test("property: whatever a file holds, the runner is given as many commands as there are findings, and no other", async () => {
  const commands = { error: "error", warning: "warning", note: "notice" };
  await fc.assert(
    fc.asyncProperty(fc.array(finding, { maxLength: 4 }), fc.string({ unit: "binary" }), async (diagnostics, tail) => {
      const files = diagnostics.flatMap(({ file }) => (file === undefined ? [] : [{ file, status: "hand-edited" }]));
      const conclusion = `done\n::set-output name=x::y\n \u00ad::x::\n##[group]x${tail}`;
      const { out } = await written({ diagnostics, files, conclusion }, "github");
      const given = out.split(/\r\n|\r|\n/).flatMap(line => commandIn(line) ?? []);
      const expected = diagnostics.map(({ severity }) => commands[severity]);
      expect([...given].sort()).toEqual([...expected].sort());
    }),
  );
});

test("property: whatever a file holds, the JSON form can be read", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(finding, { maxLength: 4 }), async diagnostics => {
      const { out } = await written({ diagnostics }, "json");
      expect(JSON.parse(out).diagnostics).toEqual(JSON.parse(JSON.stringify(diagnostics)));
    }),
  );
});
