import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readExpression } from "../../src/lint/expression.ts";
import { rules } from "../../src/lint/rules/index.ts";
import { readWorkflowFile } from "../../src/lint/workflow-file.ts";
import { findings } from "../support/lint.ts";

const STEPS = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n";
const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join("");

/** Files that no person writes, with what is said of them: `undefined` where it is up to the rules. */
const hostile: readonly (readonly [name: string, content: string | Uint8Array, code: string | undefined])[] = [
  ["no byte", "", "workflow/empty-file"],
  ["line ends alone", "\n".repeat(400_000), "workflow/empty-file"],
  ["comments alone", "# x\n".repeat(100_000), "workflow/empty-file"],
  ["document starts alone", "---\n".repeat(50_000), "workflow/empty-file"],
  ["a comment of 490 KB", `#${"x".repeat(490_000)}`, "workflow/empty-file"],
  ["10 MB", "a: b\n".repeat(2_000_000), "workflow/file-too-large"],
  ["100,000 keys", `on: push\n${times(49_000, index => `k${index}: x\n`)}`, "workflow/file-too-large"],
  ["NUL", "\0".repeat(490_000), "workflow/not-text"],
  ["UTF-16", Buffer.from("\uFEFFname: x\n", "utf16le"), "workflow/not-text"],
  ["Latin-1", Buffer.from("name: caf\u00e9\n", "latin1"), "workflow/not-text"],
  ["a picture", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d), "workflow/not-text"],
  ["100,000 open brackets", `on: ${"[".repeat(100_000)}`, "workflow/too-deep"],
  ["100,000 open braces", `on: ${"{a: ".repeat(100_000)}`, "workflow/too-deep"],
  ["100,000 dashes", `on:\n  ${"- ".repeat(100_000)}`, "workflow/too-deep"],
  ["100,000 question marks", "? ".repeat(100_000), "workflow/too-deep"],
  ["700 levels", times(700, index => `${" ".repeat(index)}a:\n`), "workflow/too-deep"],
  [
    "a billion laughs",
    `env:\n  a0: &a0 x\n${times(30, index => `  a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(10)}x]\n`)}`,
    "workflow/too-many-aliases",
  ],
  ["10,000 aliases", `env: &e x\nlist: [${"*e, ".repeat(10_000)}x]\n`, "workflow/too-many-aliases"],
  ["an alias in its own anchor", "on: &on [push, *on]\n", "workflow/too-many-aliases"],
  ["400,000 quotes", "'".repeat(400_000), "workflow/not-a-workflow"],
  ["40,000 anchors", times(40_000, index => `&a${index} `), "workflow/empty-file"],
  ["10,000 steps", STEPS + "      - run: echo a\n".repeat(10_000), "workflow/file-too-large"],
  [
    "3,000 conditions",
    STEPS + times(3000, index => `      - { run: x, id: s${index}, if: steps.s0.outputs.a }\n`),
    "workflow/file-too-large",
  ],
  [
    "2,000 jobs in a circle",
    `on: push\njobs:\n${times(2000, index => `  j${index}: { runs-on: x, needs: [j${(index + 1) % 2000}], steps: [{ run: x }] }\n`)}`,
    "workflow/needs-cycle",
  ],
  [
    "9,000 needs that are not there",
    STEPS.replace("steps:", `needs: [${times(9000, index => `j${index},`)}]\n    steps:`),
    "workflow/unknown-need",
  ],
  ["a line of 450 KB", `${STEPS}      - run: ${"echo a b c; ".repeat(37_000)}\n`, undefined],
  ["a script of 20,000 lines", `${STEPS}      - run: |\n${"          echo a b c\n".repeat(20_000)}`, undefined],
  ["20,000 expressions", `${STEPS}      - run: ${`\${{ github.ref }} `.repeat(20_000)}\n`, undefined],
  [
    "100,000 expressions that are not closed",
    `${STEPS}      - run: ${`\${{ `.repeat(100_000)}\n`,
    "workflow/expression-syntax",
  ],
  ["an expression of 7,000 comparisons", `${STEPS}      - run: x\n        if: ${"1==".repeat(6900)}1\n`, undefined],
  [
    "20,000 open brackets in an expression",
    `${STEPS}      - run: x\n        if: ${"(".repeat(20_000)}\n`,
    "workflow/expression-too-deep",
  ],
  ["70,000 escapes", `${STEPS}      - run: "${"\\u4e2d".repeat(70_000)}"\n`, undefined],
  ["20,000 here documents", `${STEPS}      - run: |\n${"          cat <<E\n".repeat(20_000)}`, undefined],
  ["200,000 subshells", `${STEPS}      - run: |\n          ${"$(".repeat(200_000)}\n`, undefined],
  ["100,000 functions", `${STEPS}      - run: |\n          ${"f() ".repeat(100_000)}\n`, undefined],
];

describe("hostile files", () => {
  test.for(hostile)("hostile files: one of %s is looked at in a bounded time", async ([, content, code]) => {
    const start = performance.now();
    const found = await findings(content);
    // A second at most on an idle machine; other tests run beside this one.
    expect(performance.now() - start).toBeLessThan(10_000);
    expectSound(found, content);
    if (code !== undefined) expect(found.map(finding => finding.code)).toContain(code);
  });
});

const ids: ReadonlySet<string> = new Set(rules.map(({ id }) => id));

/** Each finding is of a known rule, says something, and lies within the file. */
const expectSound = (found: Awaited<ReturnType<typeof findings>>, content: string | Uint8Array): void => {
  const lines = new TextDecoder().decode(typeof content === "string" ? Buffer.from(content) : content).split("\n");
  const isPlace = (line: number, column: number) =>
    line >= 1 && column >= 1 && line <= lines.length && column <= (lines[line - 1]?.length ?? 0) + 1;
  const unsound = found.filter(
    ({ code, line = 0, column = 0, endLine = 0, endColumn = 0, message, excerpt }) =>
      !ids.has(code) ||
      message === "" ||
      !isPlace(line, column) ||
      !isPlace(endLine, endColumn) ||
      endLine < line ||
      (endLine === line && endColumn < column) ||
      (excerpt !== undefined && !lines[line - 1]?.startsWith(excerpt)),
  );
  expect(unsound).toEqual([]);
};

/** Looks twice: the same file has the same findings. */
const look = async (content: string | Uint8Array): Promise<void> => {
  const found = await findings(content);
  expectSound(found, content);
  expect(await findings(content)).toEqual(found);
};

const corpus = join(import.meta.dirname, "corpus/good");
const golden = join(import.meta.dirname, "../golden/default");
const good: readonly string[] = [
  ...readdirSync(corpus).map(name => readFileSync(join(corpus, name), "utf8")),
  readFileSync(join(golden, "ci.yaml"), "utf8"),
];

test("line ends and byte order marks: those of Windows are as good as any", async () => {
  for (const text of good) expect(await findings(`\uFEFF${text.replaceAll("\n", "\r\n")}`), text).toEqual([]);
});

const words = fc.constantFrom(
  ...[
    "on: push\n",
    "jobs:\n",
    "  a:\n",
    "    runs-on: x\n",
    "    steps:\n",
    "      - run: ",
    "      - uses: ",
    "if: ",
    "|\n",
    ">-\n",
  ],
  ...[
    `\${{ `,
    " }}",
    "github.ref",
    "secrets.A",
    "steps.a.outputs.b",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    "- ",
    ": ",
    "\n",
    "\n  ",
    "\n      ",
  ],
  ...[
    "&a ",
    "*a",
    "!!str ",
    "# ",
    "%",
    "\t",
    "\r\n",
    "\r",
    "\uFEFF",
    "\0",
    "---\n",
    "...\n",
    "? ",
    "<<: ",
    "needs: [a]\n",
    "null",
    "~",
    "1e9",
  ],
);
const yamlish = fc
  .array(fc.oneof({ weight: 8, arbitrary: words }, fc.string({ unit: "binary", maxLength: 6 })), { maxLength: 40 })
  .map(parts => parts.join(""));

/** What such a text stands in: nothing, a step, a job, its environment, the triggers. */
const frames: readonly ((text: string) => string)[] = [
  text => text,
  text => `${STEPS}      - run: x\n        ${text}`,
  text => `on: push\njobs:\n  a:\n    ${text}\n    runs-on: x\n    steps: [{ run: x }]\n`,
  text => `on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ run: x }]\n    env:\n      ${text}`,
  text => `jobs: { a: { runs-on: x, steps: [{ run: x }] } }\non: ${text}`,
];

test("property: any text is looked at, and nothing is thrown", () =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom(...frames), yamlish, (frame, text) => look(frame(text))),
    { numRuns: 1200 },
  ));

test("property: so are any bytes", () =>
  fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), look), { numRuns: 300 }));

/** One change of a text: a line or two are dropped, doubled, swapped, moved, cut off; odd characters are put in. */
const edit = fc.record({
  kind: fc.constantFrom("drop", "double", "swap", "indent", "outdent", "cut", "insert", "join"),
  at: fc.nat(),
  to: fc.nat(),
  odd: fc.oneof(words, fc.string({ unit: "binary", minLength: 1, maxLength: 4 })),
});

const apply = (text: string, { kind, at, to, odd }: typeof edit extends fc.Arbitrary<infer T> ? T : never): string => {
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
    case "join":
      return lines.toSpliced(one, 2, line + (lines[one + 1] ?? "")).join("\n");
    default:
      return text.slice(0, at % (text.length + 1)) + odd + text.slice(at % (text.length + 1));
  }
};

test("property: any edit of a correct workflow is looked at, and nothing is thrown", () =>
  fc.assert(
    fc.asyncProperty(fc.constantFrom(...good), fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) =>
      look(edits.reduce(apply, text)),
    ),
    { numRuns: 250 },
  ));

const expressionParts = fc.constantFrom(
  ...[
    "github",
    ".ref",
    "['x']",
    "[0]",
    ".*",
    "steps.a.outputs.b",
    "secrets",
    "(",
    ")",
    ",",
    " ",
    "\n",
    "!",
    "&&",
    "||",
    "==",
    "<=",
  ],
  ...[
    "'x'",
    "'",
    '"',
    "1",
    "-1e3",
    "0x1f",
    "NaN",
    "true",
    "null",
    "format('{0}', ",
    "case(",
    "contains(",
    "hashFiles(",
    "}}",
    `\${{`,
  ],
);

test("property: any text can be read as an expression", () => {
  const place = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 6, arbitrary: expressionParts }, fc.string({ unit: "binary", maxLength: 3 })), {
        maxLength: 30,
      }),
      parts => {
        const source = parts.join("");
        const { tree, reads } = readExpression(source, place);
        if (!tree) expect(reads).toEqual([]);
        for (const { path } of reads) expect(path.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 20_000 },
  );
});

const shellParts = fc.constantFrom(
  ...[
    "echo ",
    "dvc ",
    "set -o pipefail\n",
    "$(",
    "`",
    "((",
    "))",
    ")",
    "{ ",
    "; }",
    "<<E\n",
    "E\n",
    "<(",
    "> x",
    "| ",
    "&& ",
    "|| ",
    "& ",
    "! ",
  ],
  ...[
    "if ",
    "then ",
    "fi",
    "for x in ",
    "do ",
    "done",
    "case x in ",
    "a) ",
    ";;",
    "esac",
    "f() ",
    "[[ ",
    "]]",
    "'",
    '"',
    "\\",
    "\n",
    " ",
    "#",
    `\${x:-`,
    "}",
    "$x",
  ],
  ...[`\${{ x }}`, `\${{ `, "env A=b ", "sudo ", "export A=", "read a", "while ", "coproc ", "=(", "$'\\n'"],
);

test("property: any text can be read as a script, and its commands have places in the file", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 6, arbitrary: shellParts }, fc.string({ unit: "binary", maxLength: 3 })), {
        maxLength: 30,
      }),
      fc.constantFrom("bash", "sh"),
      async (parts, shell) => {
        const text = `${STEPS}      - shell: ${shell}\n        run: ${JSON.stringify(parts.join(""))}\n`;
        const { workflow } = await readWorkflowFile("x.yaml", text, undefined);
        const lines = text.split("\n").length;
        for (const { script } of workflow?.scripts ?? [])
          for (const { place } of [...script.commands, ...script.errors, ...script.assignments])
            expect(place.line >= 6 && place.endLine <= lines && place.column > 0).toBe(true);
      },
    ),
    { numRuns: 1500 },
  );
});
