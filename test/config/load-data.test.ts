import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { disk, put, workspace } from "./workspace.ts";

const load = (name: string, text: string | Uint8Array) => {
  const root = workspace({ [name]: text });
  return loadConfig(join(root, name), { files: disk, root });
};
const json = (text: string | Uint8Array) => load("pipeline.config.json", text);
const yaml = (text: string | Uint8Array) => load("pipeline.config.yaml", text);

const diagnosticsOf = async (result: ReturnType<typeof load>) => {
  const loaded = await result;
  if (loaded.ok) throw new Error("the config was loaded");
  for (const { message, hint } of loaded.diagnostics) expect(hint, message).toEqual(expect.any(String));
  return loaded.diagnostics.map(({ code, line, column }) => [code, line, column]);
};

test("JSON is read strictly, without its $schema and its byte order mark", async () => {
  const result = await json(
    '\uFEFF{"$schema":"./schema.json","name":"x","a":{"$schema":1,"b":[1,-2.5e3,"\\u00e9\\n",true,null,{}]}}\n',
  );
  expect(result).toMatchObject({ ok: true });
  expect(result.ok && result.value.value).toEqual({
    name: "x",
    a: { $schema: 1, b: [1, -2500, "é\n", true, null, {}] },
  });
  expect(result.ok && result.value.sources).toHaveLength(1);
});

test.for([
  ["a missing value", '{\n  "a": ,\n}', 2, 8],
  ["a comma after the last item", '{\n  "a": 1,\n}', 3, 1],
  ["a comma after the last item of a list", '{"a": [1,]}', 1, 10],
  ["a comment", '// x\n{"a": 1}', 1, 1],
  ["single quotes", "{'a': 1}", 1, 2],
  ["an end too early", '{\n"a": [1', 2, 8],
  ["text after the end", '{"a": 1}\n}', 2, 1],
  ["a missing comma", '{"a": 1\r\n "b": 2}', 2, 2],
  ["a missing colon", '{"a" 1}', 1, 6],
  ["a number with a leading zero", '{"a": 01}', 1, 8],
  ["a string over two lines", '{"a": "x\ny"}', 1, 7],
  ["a bad escape", '{"a": "\\x"}', 1, 7],
  ["NaN", '{"a": NaN}', 1, 7],
  ["the wrong bracket", '{"a": [1}', 1, 9],
] as const)("JSON with %s is refused with its place", async ([, text, line, column]) => {
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
  expect(await diagnosticsOf(json(text))).toEqual([["config/syntax", line, column]]);
});

test("all keys that JSON repeats are reported", async () => {
  expect(await diagnosticsOf(json('{\n "a": 1,\n "b": {"c": 1, "c": 2},\n "\\u0061": 3\n}'))).toEqual([
    ["config/syntax", 3, 16],
    ["config/syntax", 4, 2],
  ]);
});

test("JSON knows the place of every value, or of its nearest parent", async () => {
  const result = await json('{\n  "a": {\n    "b": [1, {"c": "x"}]\n  }\n}');
  const position = result.ok ? await result.value.locate() : () => undefined;
  expect(position([])).toEqual({ line: 1, column: 1 });
  expect(position(["a"])).toEqual({ line: 2, column: 8 });
  expect(position(["a", "b", 0])).toEqual({ line: 3, column: 11 });
  expect(position(["a", "b", 1, "c"])).toEqual({ line: 3, column: 20 });
  expect(position(["a", "b", 7, "c"])).toEqual({ line: 3, column: 10 });
  expect(position(["gone", "b"])).toEqual({ line: 1, column: 1 });
});

test("property: JSON is accepted exactly when JSON.parse accepts it, and means the same", async () => {
  const root = workspace();
  const path = join(root, "pipeline.config.json");
  const text = fc.oneof(
    fc.json().map(value => `{"a":${value}}`),
    fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "1", " ", "\\", "x", ":"))
      .map(([value, at, junk]) => {
        const whole = `{"a":${value}}`;
        const place = at % whole.length;
        return whole.slice(0, place) + junk + whole.slice(place + 1);
      }),
  );
  await fc.assert(
    fc.asyncProperty(text, async source => {
      put(root, "pipeline.config.json", source);
      const result = await loadConfig(path, { files: disk, root });
      let expected: unknown;
      try {
        expected = JSON.parse(source);
      } catch {
        expect(result.ok).toBe(false);
        return;
      }
      if (result.ok) expect(result.value.value).toEqual(expected);
      else expect(result.diagnostics[0]).toMatchObject({ message: expect.stringMatching(/second time|holds/) });
    }),
    { numRuns: 1000 },
  );
});

test("YAML: comments, a $schema comment, anchors and merge keys", async () => {
  const result = await yaml(
    "# yaml-language-server: $schema=./schema.json\nbase: &b { a: 1 }\nuse:\n  <<: *b\n  c: [on, 0x10, ~]\n",
  );
  expect(result.ok && result.value.value).toEqual({ base: { a: 1 }, use: { a: 1, c: ["on", 16, null] } });
});

test("all errors of a YAML file are reported", async () => {
  expect(await diagnosticsOf(yaml('a: 1\nb: "x\\q"\na: 2\nc: 1\nc: 2\n'))).toEqual([
    ["config/syntax", 2, expect.any(Number)],
    ["config/syntax", 3, 1],
    ["config/syntax", 5, 1],
  ]);
});

test.for([
  ["tabs", "a:\n\tb: 1\n", 2],
  ["an unknown tag", "a: 1\nb: !!js/function x\n", 2],
  ["an unknown alias", "a: *b\n", 1],
  ["two documents", "a: 1\n---\nb: 2\n", 2],
  ["an open quote", 'a: "x\n', undefined],
  ["a repeated merge key", "a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n  x: 1\n  x: 2\n", 6],
] as const)("YAML with %s is refused with its place", async ([, text, line]) => {
  const [first] = await diagnosticsOf(yaml(text));
  expect(first).toEqual(["config/syntax", line ?? expect.any(Number), expect.any(Number)]);
});

test("YAML that would expand to billions is refused at once", async () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let n = 1; n < 12; n++)
    lines.push(
      `a${n}: &a${n} [${Array(10)
        .fill(`*a${n - 1}`)
        .join(", ")}]`,
    );
  expect(await diagnosticsOf(yaml(lines.join("\n")))).toEqual([["config/syntax", undefined, undefined]]);
  expect(await diagnosticsOf(yaml("a: &a\n  b: *a\n"))).toEqual([["config/syntax", undefined, undefined]]);
});

test("a merge key that merges nothing is refused", async () => {
  expect(await diagnosticsOf(yaml("a: 1\n<<: 2\n"))).toEqual([["config/syntax", undefined, undefined]]);
});

test("deep nesting is refused or read, but ends", async () => {
  expect(await diagnosticsOf(yaml("[".repeat(100_000)))).toEqual([["config/syntax", 1, expect.any(Number)]]);
  expect(await diagnosticsOf(yaml("- ".repeat(100_000)))).toEqual([["config/syntax", 1, expect.any(Number)]]);
  expect(await diagnosticsOf(yaml("? ".repeat(100_000)))).toEqual([["config/syntax", 1, expect.any(Number)]]);
  expect(await yaml(`a: ${"[".repeat(150)}${"]".repeat(150)}`)).toMatchObject({ ok: true });
  expect(await diagnosticsOf(json("[".repeat(200_000)))).toEqual([["config/syntax", 1, 200_001]]);
  expect(await json(`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`)).toMatchObject({ ok: true });
  expect(await json(`{"a":"${"x".repeat(5_000_000)}"}`)).toMatchObject({ ok: true });
});

test("YAML knows the place of every value, or of its nearest parent", async () => {
  const result = await yaml("a:\n  b:\n    - 1\n    - c: x\n  d:\n3: y\n");
  const position = result.ok ? await result.value.locate() : () => undefined;
  expect(position([])).toEqual({ line: 1, column: 1 });
  expect(position(["a", "b"])).toEqual({ line: 3, column: 5 });
  expect(position(["a", "b", 1, "c"])).toEqual({ line: 4, column: 10 });
  expect(position(["a", "b", 5])).toEqual({ line: 3, column: 5 });
  expect(position([3])).toEqual({ line: 6, column: 4 });
  expect(position(["gone"])).toEqual({ line: 1, column: 1 });
});

test.for([
  ["pipeline.config.json", ""],
  ["pipeline.config.json", " \n"],
  ["pipeline.config.json", "[]"],
  ["pipeline.config.json", "null"],
  ["pipeline.config.json", '"x"'],
  ["pipeline.config.yaml", ""],
  ["pipeline.config.yaml", "# only a comment\n"],
  ["pipeline.config.yaml", "---\n"],
  ["pipeline.config.yml", "- a\n"],
  ["pipeline.config.yml", "text"],
] as const)("%s with %j holds no config", async ([name, text]) => {
  expect(await diagnosticsOf(load(name, text))).toEqual([["config/no-export", undefined, undefined]]);
});

test("text that is not UTF-8 is refused", async () => {
  for (const name of ["pipeline.config.json", "pipeline.config.yaml"]) {
    expect(await diagnosticsOf(load(name, Buffer.from([0x7b, 0xff, 0x7d])))).toEqual([
      ["config/encoding", undefined, undefined],
    ]);
    expect(await diagnosticsOf(load(name, Buffer.from('\uFEFF{"a":1}', "utf16le")))).toEqual([
      ["config/encoding", undefined, undefined],
    ]);
  }
});

test("what is no file is refused, without being read", async () => {
  const root = workspace();
  for (const name of ["pipeline.config.ts", "pipeline.config.json", "folder"]) mkdirSync(join(root, name));
  execFileSync("mkfifo", [join(root, "pipeline.config.yaml")]);
  for (const [name, words] of [
    ["pipeline.config.ts", "is a folder"],
    ["pipeline.config.json", "is a folder"],
    ["folder", "is a folder"],
    ["pipeline.config.yaml", "is not a regular file"],
    ["gone.ts", "does not exist"],
  ] as const)
    expect(await loadConfig(join(root, name), { files: disk, root })).toMatchObject({
      ok: false,
      diagnostics: [{ code: "config/not-a-file", file: name, message: `the config \`${name}\` ${words}` }],
    });
});

test("a file of an unknown kind is refused", async () => {
  expect(await diagnosticsOf(load("pipeline.toml", "a = 1"))).toEqual([
    ["config/unknown-format", undefined, undefined],
  ]);
});

test("property: whatever a data file holds, the answer is a value or diagnostics", async () => {
  const root = workspace();
  const words = [
    "a",
    ":",
    " ",
    "\n",
    "- ",
    "&a",
    "*a",
    "!t",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    '"',
    "|",
    ">",
    "#",
    "---",
    "...",
    "? ",
    "<<",
    "%",
    "\t",
    "1",
    "\\",
  ];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.constantFrom(...words), { maxLength: 40 }).map(parts => Buffer.from(parts.join(""))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom("json", "yaml", "yml"), async (content, ending) => {
      put(root, `pipeline.config.${ending}`, content);
      const result = await loadConfig(join(root, `pipeline.config.${ending}`), { files: disk, root });
      if (result.ok) expect(typeof (await result.value.locate())(["a", 0])?.line).toBe("number");
      else expect(result.diagnostics.length).toBeGreaterThan(0);
    }),
    { numRuns: 3000 },
  );
});
