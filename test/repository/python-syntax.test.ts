import { expect, test } from "vitest";
import { stringValue } from "../../src/repository/python/literals.ts";
import type { Statement } from "../../src/repository/python/syntax.ts";
import { LONGEST, parsePython } from "../../src/repository/python/syntax.ts";

/** Statements without their places. */
const read = (text: string): unknown =>
  JSON.parse(
    JSON.stringify(parsePython(text).statements, (key, value) => (key === "from" || key === "to" ? undefined : value)),
  );

const name = (text: string) => ({ kind: "name", name: text });
const constant = (value: unknown) => ({ kind: "constant", value });

test.for([
  [`"a"`, "a"],
  [`'it\\'s'`, "it's"],
  [`"""a\nb"""`, "a\nb"],
  [`r"\\d"`, "\\d"],
  [`"\\x41\\u0042\\n\\101"`, "AB\nA"],
  [`b"x"`, "x"],
  [`"\\q"`, "\\q"],
  [`"a\\\nb"`, "ab"],
  [`"open`, "open"],
] as const)("python: the literal %s is read", ([literal, value]) => {
  expect(stringValue(literal)).toBe(value);
});

test("python: calls with arguments of every kind", () => {
  expect(read("f(a, *b, c=1, **d)\n")).toEqual([
    {
      kind: "expression",
      value: {
        kind: "call",
        callee: name("f"),
        args: [
          { value: name("a") },
          { spread: "*", value: name("b") },
          { name: "c", value: constant(1) },
          { spread: "**", value: name("d") },
        ],
      },
    },
  ]);
});

test("python: texts side by side are one, and a formatted text keeps its parts", () => {
  expect(read(`x = "a" 'b'\n`)).toMatchObject([{ value: constant("ab") }]);
  expect(read('x = f"a{b}c{{" "d"\n')).toMatchObject([
    { value: { kind: "format", parts: ["a", name("b"), "c{", "d"] } },
  ]);
  expect(read('x = f"{b:>3}"\n')).toMatchObject([{ value: { kind: "format", parts: [{ kind: "other" }] } }]);
});

test("python: imports of every kind", () => {
  expect(read("import a.b as c, d\nfrom ..x import (y as z, w)\nfrom . import *\n")).toEqual([
    { kind: "import", names: [{ name: "a.b", as: "c" }, { name: "d" }] },
    { kind: "from", level: 2, module: "x", names: [{ name: "y", as: "z" }, { name: "w" }], isStar: false },
    { kind: "from", level: 1, module: "", names: [], isStar: true },
  ]);
});

test("python: functions have their parameters, decorators and bodies", () => {
  const [definition] = parsePython(`@a.b(1)
async def f(x: int, y=1, *rest, z: str = "s", **more) -> int:
    yield x
`).statements;
  expect(definition).toMatchObject({
    kind: "function",
    name: "f",
    isGenerator: true,
    decorators: [{ kind: "call", callee: { kind: "member", name: "b" } }],
    parameters: [
      { name: "x", kind: "plain", annotation: name("int") },
      { name: "y", kind: "plain", fallback: constant(1) },
      { name: "rest", kind: "*" },
      { name: "z", kind: "keyword", fallback: constant("s") },
      { name: "more", kind: "**" },
    ],
  });
});

test("python: branches, loops, with and try keep what belongs together", () => {
  const kinds = (statements: readonly Statement[]) => statements.map(({ kind }) => kind);
  const [branch, loop, within, attempt] = parsePython(`if a:
    return
elif b: pass
else:
    raise X
for i, j in k:
    continue
with (open("a") as f, g() as h):
    x = 1
try:
    a()
except (E, F) as error:
    return 1
finally:
    b()
`).statements;
  expect(branch?.kind === "if" && branch.branches.map(({ body }) => kinds(body))).toEqual([["return"], []]);
  expect(branch?.kind === "if" && kinds(branch.otherwise)).toEqual(["raise"]);
  expect(loop).toMatchObject({
    kind: "for",
    target: { kind: "list", items: [name("i"), name("j")] },
    iterable: name("k"),
  });
  expect(within).toMatchObject({ kind: "with", items: [{ target: name("f") }, { target: name("h") }] });
  expect(attempt).toMatchObject({ kind: "try", handlers: [{ name: "error", body: [{ kind: "return" }] }] });
});

test("python: what is broken is skipped, and known to be", () => {
  const { statements, isWhole } = parsePython("y = = 2\nx = 1\n");
  expect(isWhole).toBe(false);
  expect(statements.at(-1)).toMatchObject({ kind: "assign", value: constant(1) });
  expect(parsePython("def f():\n    yield\n\nwith (\n    a() as b,\n):\n    pass\n").isWhole).toBe(true);
});

test("python: what nests deeper than any person writes, or is longer, is left out and known to be", () => {
  const deep = (open: string, close: string) => `x = ${open.repeat(5000)}1${close.repeat(5000)}\n`;
  for (const text of [
    deep("(", ")"),
    deep("[", "]"),
    deep("f(", ")"),
    deep("-", ""),
    deep("not ", ""),
    deep("lambda: ", ""),
  ])
    expect(parsePython(text).isWhole).toBe(false);
  expect(parsePython(`x = a${".b".repeat(20_000)}\n`).isWhole).toBe(false);
  expect(parsePython(`x = 1${" + 1".repeat(20_000)}\n`).isWhole).toBe(false);
  const blocks = Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}if a:\n`).join("");
  expect(parsePython(`${blocks}${" ".repeat(1000)}pass\n`).isWhole).toBe(false);
  expect(parsePython(`# ${"x".repeat(LONGEST)}`)).toEqual({ statements: [], isWhole: false });
});
