import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import type { CarriedField } from "../../src/init/carry-over/index.ts";
import { carryOver } from "../../src/init/carry-over/index.ts";
import { withValue } from "../../src/init/record.ts";
import { repositoryOf } from "../support/contents.ts";

type Texts = Readonly<Record<string, string>>;

/** Every file of a repository, as text. */
const textsOf = (root: string): Texts =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [path.slice(root.length + 1), readFileSync(path, "utf8")]),
  );

const folder = join(import.meta.dirname, "carry-over");
const repositories: readonly Texts[] = [
  ...readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? [textsOf(join(folder, entry.name))] : [],
  ),
  textsOf(join(import.meta.dirname, "../lint/hand-written")),
];

const odd = fc.oneof(
  fc.constantFrom(
    ...["\t", "\0", "- ", ": ", "{", "}", "[", "]", "'", '"', "|\n", "&a ", "*a", "? ", "<<: ", "null", "#", "\r\n"],
    ...[
      `\${{ `,
      " }}",
      `\${{ secrets.X }}`,
      `\${{ matrix.a.b }}`,
      "$(",
      "`",
      "<<E\n",
      "\\\n",
      "&& ",
      "|| true",
      "; cd x; ",
    ],
    ...[
      "on: ",
      "jobs:\n",
      "  run: ",
      "steps: ",
      "uses: ./",
      "needs: x",
      "if: ",
      "env: ",
      "1e999",
      "../../x",
      "-",
      "\u202e",
    ],
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 6 }),
);

/** A change of one file: a line is dropped, doubled, moved, or made a child; the end is cut off; odd text is put in. */
const change = fc.record({
  file: fc.nat(),
  kind: fc.constantFrom("drop", "double", "swap", "indent", "outdent", "cut", "insert", "insert", "insert"),
  at: fc.nat(),
  to: fc.nat(),
  odd,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const changed = (text: string, { kind, at, to, odd: put }: Change): string => {
  const lines = text.split("\n");
  const [one, other] = [at % lines.length, to % lines.length];
  const line = lines[one] ?? "";
  switch (kind) {
    case "drop":
      return lines.toSpliced(one, 1 + (to % 3)).join("\n");
    case "double":
      return lines.toSpliced(other, 0, line).join("\n");
    case "swap":
      return lines
        .with(one, lines[other] ?? "")
        .with(other, line)
        .join("\n");
    case "indent":
      return lines.with(one, `  ${line}`).join("\n");
    case "outdent":
      return lines.with(one, line.replace(/^ {1,2}/, "")).join("\n");
    case "cut":
      return text.slice(0, at % (text.length + 1));
    default:
      return text.slice(0, at % (text.length + 1)) + put + text.slice(at % (text.length + 1));
  }
};

const configOf = (fields: readonly CarriedField[]): unknown =>
  fields.reduce<unknown>((config, { path, value }) => withValue(config, path, value), { name: "pipeline" });

const place = { configFile: "pipeline.config.ts", lockFile: "pipeline.lock.json", position: () => undefined };

test("property: whatever a workflow holds, nothing is thrown, and what is carried over makes a config", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...repositories),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (texts, changes) => {
        const files = Object.keys(texts).filter(path => /^\.github\//.test(path));
        const after: Record<string, string> = { ...texts };
        for (const one of changes) {
          const file = files[one.file % files.length] as string;
          after[file] = changed(after[file] ?? "", one);
        }
        const { fields, lost } = await carryOver(repositoryOf(after));
        const parsed = parseConfig(configOf(fields), place);
        expect(parsed.ok ? [] : parsed.diagnostics).toEqual([]);
        expect(JSON.stringify(fields)).not.toContain("${{");
        for (const { file, line = 1, column = 1 } of [
          ...fields.map(({ from }) => from),
          ...lost.map(({ spot }) => spot),
        ]) {
          const lines = (after[file] ?? "").split("\n");
          expect(line >= 1 && line <= lines.length && column >= 1).toBe(true);
        }
        for (const { what, hint } of lost) expect(what !== "" && hint !== "" && !/\.$/.test(hint)).toBe(true);
      },
    ),
    { numRuns: 400 },
  ));

test("property: any bytes in place of a workflow are named", () =>
  fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async text => {
      const { files, fields, lost } = await carryOver(repositoryOf({ ".github/workflows/a.yml": text }));
      expect([files, fields]).toEqual([[], []]);
      expect(lost).toHaveLength(1);
    }),
    { numRuns: 200 },
  ));

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join("");

const STEPS = "on: [push, pull_request]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n";

test.each([
  ["1,500 gates", STEPS + times(1500, index => `      - run: pytest tests/${index}\n`)],
  ["a script of 5,000 gates", `${STEPS}      - run: |\n${times(5000, index => `          pytest tests/${index}\n`)}`],
  ["300 commands that are piped", `${STEPS}      - run: |\n${"          pytest | tee x\n".repeat(150)}`],
  [
    "variables that name one another",
    `env: { A: "\${{ env.B }}\${{ env.B }}", B: "\${{ env.A }}\${{ env.A }}" }\n${STEPS}      - run: pytest $A\n`,
  ],
  [
    "a matrix of a billion jobs",
    STEPS.replace(
      "    steps",
      `    strategy:\n      matrix:\n${times(9, index => `        a${index}: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n`)}    steps`,
    ) +
      `      - uses: actions/setup-python@v6\n        with: { python-version: '3.\${{ matrix.a1 }}' }\n      - run: pytest\n`,
  ],
  [
    "jobs that all call their own workflow",
    `on: [push, pull_request, workflow_call]\njobs:\n${times(30, index => `  j${index}:\n    uses: ./.github/workflows/a.yml\n`)}`,
  ],
])(
  "hostile: %s are looked at in a bounded time",
  async (_, text) => {
    const start = performance.now();
    const { fields } = await carryOver(repositoryOf({ ".github/workflows/a.yml": text }));
    // A second or two on an idle machine; other tests run beside this one.
    expect(performance.now() - start).toBeLessThan(15_000);
    expect(parseConfig(configOf(fields), place).ok).toBe(true);
  },
  60_000,
);
