import fc from "fast-check";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { applyWaivers, readWaivers, waiverRules } from "../../src/lint/waivers.ts";

const FILE = ".github/workflows/ci.yaml";
const TODAY = "2026-06-15";
const known = new Set(["policy/unpinned-action", "policy/script-injection", "pipeline/unknown-stage"]);
const WAIVER = "# creditrisk-ci: ignore policy/unpinned-action until 2026-12-31: the mirror has no tags";

const read = (text: string) => readWaivers(text, FILE, known);

const finding = (line: number, code: Diagnostic["code"] = "policy/unpinned-action"): Diagnostic => ({
  ...{ code, severity: "error", file: FILE, line, message: "not pinned" },
});

/** The lines of a text whose findings its waivers hide. */
const hidden = (text: string, code?: Diagnostic["code"]): readonly (number | undefined)[] => {
  const { waivers, problems } = read(text);
  expect(problems).toEqual([]);
  const all = text.split("\n").map((_, index) => finding(index + 1, code));
  return applyWaivers(all, waivers, TODAY).waived.map(({ line }) => line);
};

const codes = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);

test.for([
  ["at the end of its line", `a: 1\n- uses: x@v1 ${WAIVER}\n- uses: y@v1\n`, [2]],
  ["after another comment", `- uses: x@0123 # v4.1.0 ${WAIVER}\n`, [1]],
  ["directly above it", `a: 1\n${WAIVER}\n- uses: x@v1\n- uses: y@v1\n`, [3]],
  ["above it among other comments", `  ${WAIVER}\n  # why\n  ${WAIVER}\n\n  # apart\n- uses: x\n`, [4]],
  ["above a key whose text goes over several lines", `${WAIVER}\nname: >-\n  a\n  b\nid: c\n`, [2, 3, 4]],
  ["above a quoted text of several lines", `${WAIVER}\nname: "a\n  b"\nid: c\n`, [2, 3]],
  ["behind the key of a script", `run: | ${WAIVER}\n  a\n  b\nid: c\n`, [1, 2, 3]],
  ["alone in a script", `run: |\n  a\n  ${WAIVER}\n  b\n  c\n`, [4]],
  ["at the end of a line of a script", `"run": |\n  a ${WAIVER}\n  b\n`, [2]],
  ["above a command of several lines", `run: |\n  ${WAIVER}\n  a \\\n    b \\\n    c\n  d\n`, [3, 4, 5]],
  ["at the end of a command of several lines", `run: |\n  z\n  a \\\n    b ${WAIVER}\n  d\n`, [3, 4]],
  ["after a here-document", `run: |\n  cat <<EOF\n  a\n  EOF\n  b ${WAIVER}\n`, [5]],
  ["after an expression", `run: |\n  echo \${{ github.ref }} '#' ${WAIVER}\n`, [2]],
  ["in a file with the line ends of Windows", `a: 1\r\n${WAIVER}\r\n- uses: x\r\n`, [3]],
  ["in a file that is no valid YAML", `a: [\n- uses: x ${WAIVER}\n`, [2]],
] as const)("waivers: one holds %s", ([, text, lines]) => {
  expect(hidden(text)).toEqual(lines);
});

test.for([
  ["a quoted string", `name: "x ${WAIVER}"\n`],
  ["a word that goes on", `name: x${WAIVER}\n`],
  ["a text that is no script", `with:\n  script: |\n    a ${WAIVER}\n`],
  ["a string of the shell", `run: |\n  echo "a ${WAIVER}"\n`],
  ["a string of the shell that began above", `run: |\n  echo "a\n  b ${WAIVER}\n  "\n`],
  ["a here-document", `run: |\n  cat <<EOF\n  b ${WAIVER}\n  EOF\n`],
  ["a remark about the tool", "# creditrisk-ci generates this\na: 1\n"],
] as const)("waivers: what only looks like one is none, and no mistake either: in %s", ([, text]) => {
  expect(read(text)).toEqual({ waivers: [], problems: [] });
});

test("waivers: several rules, and only those that are named", () => {
  const text =
    "- uses: x # creditrisk-ci: ignore policy/unpinned-action, pipeline/unknown-stage until 2026-12-31: a: b\n";
  expect(hidden(text)).toEqual([1]);
  expect(hidden(text, "pipeline/unknown-stage")).toEqual([1]);
  expect(hidden(text, "policy/script-injection")).toEqual([]);
  expect(read(text).waivers).toMatchObject([
    { ids: ["policy/unpinned-action", "pipeline/unknown-stage"], until: "2026-12-31", reason: "a: b" },
  ]);
  const { waivers } = read(text);
  expect(applyWaivers([{ ...finding(1), file: "other.yaml" }], waivers, TODAY).waived).toEqual([]);
});

test.for([
  ["ignore policy/unpinned-action until 2026-12-31", ["lint/waiver-without-reason"], "gives no reason"],
  ["ignore policy/unpinned-action until 2026-12-31:  ", ["lint/waiver-without-reason"], "gives no reason"],
  ["ignore policy/unpinned-action: because", ["lint/waiver-without-expiry"], "no last day"],
  ["ignore policy/unpinned-action", ["lint/waiver-without-expiry", "lint/waiver-without-reason"], "no last day"],
  ["ignore policy/unpinned-action until: because", ["lint/waiver-without-expiry"], "no last day"],
  ["ignore policy/unpinned-action until 2026-02-30: x", ["lint/invalid-waiver"], "`2026-02-30` is no date"],
  ["ignore policy/unpinned-action until 31.12.2026: x", ["lint/invalid-waiver"], "`31.12.2026` is no date"],
  ["ignore policy/unpinned-action until the end: x", ["lint/invalid-waiver"], "`the end` is no date"],
  [
    "ignore policy/unpinned-acton until 2026-12-31: x",
    ["lint/invalid-waiver"],
    "did you mean `policy/unpinned-action`?",
  ],
  ["ignore unpinned-action until 2026-12-31: x", ["lint/invalid-waiver"], "did you mean `policy/unpinned-action`?"],
  ["ignore policy/unpinned-action pipeline/x until 2026-12-31: x", ["lint/invalid-waiver"], "no name of a rule"],
  ["ignore policy/unpinned-action, until 2026-12-31: x", ["lint/invalid-waiver"], "missing beside a comma"],
  ["ignore until 2026-12-31: x", ["lint/invalid-waiver"], "names no rule"],
  ["disable policy/unpinned-action", ["lint/invalid-waiver"], "`disable` is nothing"],
  ["", ["lint/invalid-waiver"], "does not say what to do"],
] as const)("waivers: a mistake is said, and hides nothing: `%s`", ([said, expected, words]) => {
  const { waivers, problems } = read(`a: 1\n- uses: x # creditrisk-ci: ${said}\n`);
  expect(waivers).toEqual([]);
  expect(codes(problems)).toEqual(expected);
  expect(`${problems[0]?.message} ${problems[0]?.hint}`).toContain(words);
  for (const problem of problems) {
    expect(problem).toMatchObject({ severity: "error", file: FILE, line: 2, column: 11 });
    expect(problem.excerpt?.slice(10, (problem.endColumn ?? 0) - 1)).toBe(`# creditrisk-ci: ${said}`.trimEnd());
  }
});

test("waivers: the findings of other linters may be named without a list of them, and are never missed", () => {
  const text = "- uses: x # creditrisk-ci: ignore zizmor/unpinned-uses, actionlint/SC2086 until 2026-12-31: x\n";
  expect(hidden(text, "zizmor/unpinned-uses")).toEqual([1]);
  expect(applyWaivers([], read(text).waivers, TODAY).problems).toEqual([]);
});

test("waivers: one holds through its last day, then the finding is back with a warning that names the day", () => {
  const { waivers } = read(`- uses: x ${WAIVER}\n`);
  const on = (day: string) => applyWaivers([finding(1)], waivers, day);
  expect(on("2026-12-31")).toEqual({ remaining: [], waived: [finding(1)], problems: [] });
  expect(on("2027-01-01")).toMatchObject({
    remaining: [finding(1)],
    waived: [],
    problems: [
      {
        code: "lint/expired-waiver",
        severity: "warning",
        ...{ line: 1, message: "the waiver of `policy/unpinned-action` ended on 2026-12-31" },
      },
    ],
  });
});

test("waivers: one that hides nothing is told, with the rules that it names for nothing", () => {
  const text = "- uses: x # creditrisk-ci: ignore policy/unpinned-action, pipeline/unknown-stage until 2026-12-31: a\n";
  const { waivers } = read(text);
  const { problems } = applyWaivers([finding(1)], waivers, TODAY);
  expect(problems).toMatchObject([
    { code: "lint/unused-waiver", severity: "warning", message: "nothing of `pipeline/unknown-stage` is found here" },
  ]);
  expect(codes(applyWaivers([], waivers, "2030-01-01").problems)).toEqual(["lint/unused-waiver"]);
});

test("waivers: everything that is said about them is explained", () => {
  const ids = waiverRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(5);
  for (const { summary, why, hint } of waiverRules)
    for (const text of [summary, why, hint]) expect(text).toMatch(/^[A-Z].*\.$/);
});

const yamlish = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 5 }),
      fc.constantFrom(
        "run: |\n",
        "  ",
        "\n",
        '"',
        "'",
        "[",
        "{",
        "- ",
        ": ",
        "# creditrisk-ci:",
        WAIVER,
        " \\\n",
        "<<EOF\n",
        "$(",
        "`",
        ">2-\n",
        "&a ",
        "!!t ",
      ),
    ),
    { maxLength: 30 },
  )
  .map(parts => parts.join(""));

test("property: any text can be read, and whatever is said of its waivers stands where one is", () => {
  fc.assert(
    fc.property(yamlish, text => {
      const lines = text.split("\n");
      const { waivers, problems } = read(text);
      for (const { line = 0, column = 0, endColumn = 0 } of [...problems, ...waivers.map(({ at }) => at)]) {
        const said = lines[line - 1]?.slice(column - 1, endColumn - 1);
        expect(said).toMatch(/^#.*creditrisk-ci:/);
      }
    }),
    { numRuns: 2000 },
  );
});

test("property: a waiver hides only findings it names, and nothing is lost or made up", () => {
  const id = fc.constantFrom(...known);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(id, fc.boolean())),
      fc.array(fc.tuple(id, fc.integer({ min: 1, max: 20 }))),
      (rows, at) => {
        const text = rows.map(
          ([name, is]) => `- uses: x${is ? ` # creditrisk-ci: ignore ${name} until 2026-12-31: x` : ""}`,
        );
        const findings = at.map(([name, line]) => finding(line, name as Diagnostic["code"]));
        const { remaining, waived } = applyWaivers(findings, read(text.join("\n")).waivers, TODAY);
        const isWaived = ({ line = 0, code }: Diagnostic) =>
          rows[line - 1]?.[1] === true && rows[line - 1]?.[0] === code;
        expect(waived).toEqual(findings.filter(isWaived));
        expect(remaining).toEqual(findings.filter(found => !isWaived(found)));
      },
    ),
  );
});
