import fc from "fast-check";
import { expect, test } from "vitest";
import type { TomlNode } from "../../src/repository/toml.ts";
import { entriesAt, itemsAt, nodeAt, readToml, textAt, textsAt, tomlFile } from "../../src/repository/toml.ts";
import { repositoryOf } from "../support/contents.ts";

const read = (text: string) => readToml("a.toml", text);

/** The values alone. */
const plain = (node: TomlNode): unknown => {
  if (node.kind === "table") return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
  return node.kind === "list" ? node.items.map(plain) : node.value;
};

test("toml: tables, dotted keys, lists of tables and inline tables come together as one tree", () => {
  const text = `
a.b = 1
[x]
list = ["p", 'q', { r = true }]
[x.y]
"quoted key" = "v"
[[z]]
n = 1
[z.inner]
deep = 1.5
[[z]]
n = 2
`;
  const { value, problems } = read(text);
  expect(problems).toEqual([]);
  expect(plain(value)).toEqual({
    a: { b: 1 },
    x: { list: ["p", "q", { r: true }], y: { "quoted key": "v" } },
    z: [{ n: 1, inner: { deep: 1.5 } }, { n: 2 }],
  });
  expect(textAt(value, "x", "y", "quoted key")?.value).toBe("v");
  expect(textsAt(value, "x", "list").map(one => one.value)).toEqual(["p", "q"]);
  expect(itemsAt(value, "z")).toHaveLength(2);
  expect(entriesAt(value, "x").map(([key]) => key)).toEqual(["list", "y"]);
  expect(nodeAt(value, "x", "list", "r")).toBeUndefined();
});

test("toml: a value knows its place, and a text where its first character stands unless something in it is escaped", () => {
  const text = 'list = [\n  "dvc[s3]>=3",\n  "tab\\t",\n  """\nlong""",\n]\n';
  const [first, escaped, long] = textsAt(read(text).value, "list");
  expect(first?.spot).toEqual({ file: "a.toml", line: 2, column: 3, endLine: 2, endColumn: 15 });
  expect(text.slice(first?.start, first?.end)).toBe('"dvc[s3]>=3"');
  expect(text.slice(first?.plainStart).startsWith("dvc[s3]")).toBe(true);
  expect(escaped?.plainStart).toBeUndefined();
  expect(long?.plainStart).toBeUndefined();
});

test("toml: what is none is a problem with its line, and reads as an empty table", () => {
  const { value, problems } = read("a = 1\nb = [1,\n");
  expect(value.entries.size).toBe(0);
  expect(problems).toEqual([
    expect.objectContaining({
      kind: "syntax",
      spot: { file: "a.toml", line: 3, column: 1 },
      message: expect.any(String),
    }),
  ]);
  expect(read("a = 1\na = 2").problems).toHaveLength(1);
});

test("toml: a file that is larger than any a person writes is left alone, and named", () => {
  const many = Array.from({ length: 60_000 }, (_, index) => `k${index} = 1`).join("\n");
  expect(read(many).problems).toEqual([expect.objectContaining({ kind: "too-large" })]);
  const deep = read(`a = ${"[".repeat(20_000)}${"]".repeat(20_000)}`);
  expect(deep.problems.length + deep.value.entries.size).toBe(1);
});

test("toml: keys that objects inherit are keys like any other", () => {
  const { value } = read('[__proto__]\nconstructor = "a"\n[toString]\nhasOwnProperty = "b"\n');
  expect(textAt(value, "__proto__", "constructor")?.value).toBe("a");
  expect(textAt(value, "toString", "hasOwnProperty")?.value).toBe("b");
  expect(textAt(value, "valueOf")).toBeUndefined();
});

test("toml: a file that is not there is absent, one that cannot be read is a problem", () => {
  expect(tomlFile(repositoryOf({}), "a.toml")).toBeUndefined();
  const broken = {
    ...repositoryOf({ "a.toml": "" }),
    look: () => ({ kind: "unreadable", reason: "it is not UTF-8 text" }) as const,
  };
  expect(tomlFile(broken, "a.toml")?.problems).toEqual([
    expect.objectContaining({ kind: "unreadable", message: "the file cannot be read: it is not UTF-8 text" }),
  ]);
});

test("toml: no text makes the reader throw", () => {
  const piece = fc.constantFrom(
    ...[
      "[",
      "]",
      "[[",
      "]]",
      "a",
      ".",
      "=",
      '"',
      "'",
      '"""',
      "{",
      "}",
      ",",
      "\n",
      "1",
      "2020-01-01",
      "\0",
      "\\u",
      "#",
      "__proto__",
    ],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 40 }).map(parts => parts.join("")),
      ),
      text => {
        const { value, problems } = read(text);
        expect(value.kind).toBe("table");
        for (const { spot } of problems) expect(spot.line ?? 1).toBeGreaterThan(0);
      },
    ),
    { numRuns: 500 },
  );
});
