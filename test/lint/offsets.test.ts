import fc from "fast-check";
import { expect, test } from "vitest";
import { Document, isMap, isScalar, parseDocument, Scalar } from "yaml";
import { offsetsIn, scalarValue } from "../../src/lint/offsets.ts";
import { readWorkflowFile } from "../../src/lint/workflow-file.ts";

/** A text as YAML writes it, and what YAML makes of that. */
const written = (
  text: string,
  style: Scalar.Type,
  lineWidth: number,
): { readonly text: string; readonly value: string } => {
  const scalar = new Scalar(text);
  scalar.type = style;
  const document = new Document({ a: { b: scalar } }).toString({ lineWidth });
  const root = parseDocument(document).contents;
  const inner = isMap(root) ? root.get("a") : undefined;
  const value = isMap(inner) ? inner.get("b", true) : undefined;
  // What the library writes of a dash and a line end, it does not read again.
  fc.pre(isScalar(value) && typeof value.value === "string");
  if (!isScalar(value) || !value.range) throw new Error(`no scalar in ${document}`);
  return { text: document.slice(value.range[0], value.range[1]), value: String(value.value) };
};

const style = fc.constantFrom<Scalar.Type>(
  ...(["PLAIN", "QUOTE_SINGLE", "QUOTE_DOUBLE", "BLOCK_LITERAL", "BLOCK_FOLDED"] as const),
);
const part = fc.oneof(
  fc.constantFrom(
    "a",
    "b c",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "'",
    "''",
    '"',
    "\\",
    "#",
    ": ",
    "- ",
    `\${{ x }}`,
    "é",
    "模",
    "🚀",
    "\u00a0",
    "\u2028",
    "|",
    ">",
  ),
  fc.string({ maxLength: 4 }),
);
const texts = fc.array(part, { maxLength: 30 }).map(parts => parts.join("").replaceAll("\r", ""));

const isBlank = (character: string): boolean => /^[ \t\n\r]$/.test(character);

test("property: each character of a text that is not blank is found at its place, in every style of YAML", () => {
  fc.assert(
    fc.property(texts, style, fc.constantFrom(20, 80), (text, type, width) => {
      const { text: source, value } = written(text, type, width);
      const offsets = offsetsIn(source, value);
      expect(offsets).toHaveLength(value.length);
      let before = -1;
      for (const [index, offset] of offsets.entries()) {
        const character = value[index] ?? "";
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThan(Math.max(1, source.length));
        if (isBlank(character)) continue;
        // An escape, which may be of both halves of a character, is found at its backslash.
        if (source[offset] === "\\" && source.startsWith('"')) expect(offset).toBeGreaterThanOrEqual(before);
        else {
          expect(source[offset]).toBe(character);
          expect(offset).toBeGreaterThan(before);
        }
        before = offset;
      }
    }),
    { numRuns: 3000 },
  );
});

test("property: the value of a text is what YAML makes of it", () => {
  fc.assert(
    fc.property(texts, style, fc.constantFrom(20, 80), (text, type, width) => {
      const { text: source, value } = written(text, type, width);
      expect(scalarValue(source, 2)).toBe(value);
    }),
    { numRuns: 3000 },
  );
});

const runs = async (lines: readonly string[]) => {
  const text = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${lines.map(line => `      ${line}\n`).join("")}`;
  const { workflow, source } = await readWorkflowFile("x.yaml", text, undefined);
  return (workflow?.steps ?? []).map(({ run, if: condition }) => ({
    text: run?.text,
    expressions: [...(run?.expressions ?? []), ...(condition?.expressions ?? [])].map(({ place }) =>
      source.slice(place),
    ),
    word: (word: string) => {
      const at = run?.text.indexOf(word) ?? -1;
      const place = run?.within(at, at + word.length);
      return place && { at: `${place.line}:${place.column}`, slice: source.slice(place) };
    },
  }));
};

test.for([
  ["plain", [`- run: echo \${{ github.ref }} end`], `echo \${{ github.ref }} end`, "6:37"],
  ["plain over lines", [`- run: echo \${{ github.ref }}`, "    and end"], `echo \${{ github.ref }} and end`, "7:15"],
  ["in double quotes", [`- run: "echo \\t\${{ github.ref }} end"`], `echo \t\${{ github.ref }} end`, "6:40"],
  ["in single quotes", [`- run: 'it''s \${{ github.ref }} end'`], `it's \${{ github.ref }} end`, "6:39"],
  ["literal", ["- run: |", `    echo \${{ github.ref }}`, "      end"], `echo \${{ github.ref }}\n  end\n`, "8:13"],
  ["folded", ["- run: >-", `    echo \${{ github.ref }}`, "    end"], `echo \${{ github.ref }} end`, "8:11"],
  [
    "literal that names its indentation",
    ["- run: |2-", `      echo \${{ github.ref }} end`],
    `  echo \${{ github.ref }} end`,
    "7:36",
  ],
] as const)(
  "texts with expressions: one that is %s has its value, and its words their places",
  async ([, lines, text, at]) => {
    const [step] = await runs(lines);
    expect(step?.text).toBe(text);
    expect(step?.expressions).toEqual([`\${{ github.ref }}`]);
    expect(step?.word("end")).toEqual({ at, slice: "end" });
  },
);

test("expressions: each has its place, however its text is written", async () => {
  const steps = await runs([
    `- run: \${{ github.sha`,
    `    }} and \${{ github.ref }}`,
    '- run: "x',
    `    \${{ github.sha }} \${{ github.ref }}"`,
    `- if: \${{ github.sha`,
    "    && github.ref }}",
    "  run: x",
    "- run: |",
    `    \${{ github.sha }}`,
    `    \${{ format('}}') }} \${{ github.ref }}`,
  ]);
  expect(steps.map(({ expressions }) => expressions)).toEqual([
    [`\${{ github.sha\n          }}`, `\${{ github.ref }}`],
    [`\${{ github.sha }}`, `\${{ github.ref }}`],
    [`\${{ github.sha\n          && github.ref }}`],
    [`\${{ github.sha }}`, `\${{ format('}}') }}`, `\${{ github.ref }}`],
  ]);
});
