import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type LoadedConfig, loadConfig } from "../../src/config/load.ts";
import type { Result } from "../../src/diagnostics/diagnostic.ts";
import { type Bundle, bundledLoader, disk, put, workspace } from "./workspace.ts";

type Contents = Readonly<Record<string, string>>;

interface Case {
  readonly config?: string;
  readonly contents: Contents;
  readonly value: unknown;
}

const ts = (code: string, others: Contents = {}, value: unknown = { ok: true }): Case => ({
  contents: { "pipeline.config.ts": code, ...others },
  value,
});
const js = (config: string, code: string, others: Contents = {}, value: unknown = { ok: true }): Case => ({
  config,
  contents: { [config]: code, ...others },
  value,
});

const esmPackage = {
  "node_modules/esm-only/package.json": '{"name":"esm-only","type":"module","exports":{".":{"import":"./main.js"}}}',
  "node_modules/esm-only/main.js":
    "await null; export const ok = true; export default { ok }; export let n = 0; export const up = () => n++;",
};
const cjsPackage = {
  "node_modules/@old/cjs/package.json": '{"name":"@old/cjs","main":"lib/main.js"}',
  "node_modules/@old/cjs/lib/main.js":
    'for (const name of ["ok"]) exports[name] = true; module.exports.call = () => true;',
};

const cases: Readonly<Record<string, Case>> = {
  "the tool's own API": ts(
    'import { defineConfig, secret as hidden, variable, output } from "creditrisk-ci"; export default defineConfig({ name: "x", s: hidden("A"), v: variable("B"), o: output("c", "d") } as never)',
    {},
    { name: "x", s: { secret: "A" }, v: { variable: "B" }, o: { output: { step: "c", name: "d" } } },
  ),
  "the tool's own API from an imported file": ts('export { default } from "./shared/base"', {
    "shared/base.ts": 'import * as tool from "creditrisk-ci"; export default tool.defineConfig({ ok: true } as never)',
  }),
  "the tool's own API through require and import()": ts(
    'const { secret } = require("creditrisk-ci"); const tool = await import("creditrisk-ci"); export default { ok: secret === tool.secret }',
  ),
  "an enum": ts(
    'enum Size { S = 1, M = S << 1, L = "l" } export default { ok: Size.M === 2 && Size[1] === "S" && Size.L === "l" }',
  ),
  "a const enum": ts("const enum A { x = 4 } export default { ok: A.x === 4 }"),
  "an exported enum of another file": ts('import { E } from "./e"; export default { ok: E.b === 1 }', {
    "e.ts": "export enum E { a, b }",
  }),
  "a parameter property": ts(
    "class A { constructor(private readonly ok = true, public n: number = 1) {} } export default { ...new A(), n: undefined }",
    {},
    { ok: true },
  ),
  "a parameter property after super": ts(
    "class B { base = 1 } class A extends B { constructor(readonly ok: boolean) { super(); } } export default { ok: new A(true).ok && new A(true).base === 1 }",
  ),
  satisfies: ts("export default { ok: true } satisfies Record<string, boolean>"),
  "a generic arrow": ts("const id = <T,>(value: T): T => value; export default { ok: id<boolean>(true)! }"),
  "import type": ts(
    'import type { T } from "./missing"; import { type U } from "./types"; const ok: T & U = true as never; export default { ok }',
    {
      "types.ts": "export type U = boolean",
    },
  ),
  "an import that only types use": ts(
    'import { T } from "./types"; import { type Y } from "./missing"; const ok: T = true; export default { ok } as { ok: Y }',
    {
      "types.ts": "throw new Error('evaluated'); export type T = boolean",
      "missing.ts": "export type Y = true",
    },
  ),
  "a relative import without ending": ts('import { ok } from "./a"; export default { ok }', {
    "a.ts": "export const ok = true",
  }),
  "a relative import that ends in .js": ts('import { ok } from "./a.js"; export default { ok }', {
    "a.ts": "export const ok = true",
  }),
  "a relative import that ends in .ts": ts('import { ok } from "./a.ts"; export default { ok }', {
    "a.ts": "export const ok = true",
  }),
  "a relative import of a folder": ts('import { ok } from "./a"; export default { ok }', {
    "a/index.ts": "export const ok = true",
  }),
  "an .mjs import of an .mts file": ts('import { ok } from "./a.mjs"; export default { ok }', {
    "a.mts": "export const ok = true",
  }),
  "a path alias": ts('import { ok } from "@lib/a"; export default { ok }', {
    "tsconfig.json": '{ "compilerOptions": { /* why */ "paths": { "@lib/*": ["./lib/*"] } } }',
    "lib/a.ts": 'import { ok as o } from "@lib/b"; export const ok: boolean = o',
    "lib/b.ts": "export const ok = true",
  }),
  "an alias of package.json": ts('import { ok } from "#a"; export default { ok }', {
    "package.json": '{ "imports": { "#a": "./lib/a.ts" } }',
    "lib/a.ts": "export const ok: boolean = true",
  }),
  "await at the top": ts("const ok = await Promise.resolve(true); for await (const x of [1]) x; export default { ok }"),
  "await at the top of an import": ts('import { ok } from "./a"; export default { ok }', {
    "a.ts": "export const ok = await Promise.resolve(true)",
  }),
  "require in TypeScript": ts(
    'const { ok } = require("./a"); export default { ok: ok && require("node:path").sep.length === 1 && require("./b.json").b === 1 }',
    {
      "a.ts": "export const ok: boolean = true; export const later = async () => { await null; }",
      "b.json": '{"b":1}',
    },
  ),
  "a require of its own": ts(
    'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); export default { ok: require("./a.json").ok }',
    { "a.json": '{"ok":true}' },
  ),
  "import = require": ts(
    'import a = require("./a"); import type B = require("./missing"); export default { ok: a.ok }',
    { "a.ts": "export const ok = true" },
  ),
  "export =": ts("const config = { ok: true }; export = config"),
  __dirname: ts(
    'import { join, basename } from "path"; import fs from "fs"; export default { ok: fs.existsSync(join(__dirname, "a.txt")) && basename(__filename) === "pipeline.config.ts" }',
    { "a.txt": "" },
  ),
  "import.meta": ts(
    'import { fileURLToPath } from "node:url"; export default { ok: fileURLToPath(import.meta.url) === __filename && import.meta.dirname === __dirname && import.meta.filename === __filename && import.meta.resolve("./a.ts").endsWith("/a.ts") }',
    { "a.ts": "" },
  ),
  "JSON without an attribute": ts(
    'import a, { ok } from "./a.json"; import * as all from "./a.json"; export default { ok: a.ok && ok && all.ok }',
    { "a.json": '\uFEFF{"ok":true}' },
  ),
  "JSON with an attribute": ts(
    'import a from "./a.json" with { type: "json" }; const b = await import("./a.json", { with: { type: "json" } }); export default { ok: a.ok && b.default.ok }',
    { "a.json": '{"ok":true}' },
  ),
  "an async function": ts(
    "const load = async (): Promise<boolean> => { await null; return true }; export default { ok: await load() }",
  ),
  "a promise as the export": ts("export default (async () => ({ ok: true }))()"),
  ".mts": js("pipeline.config.mts", "const ok: boolean = await true; export default { ok }"),
  ".cts": js("pipeline.config.cts", "const ok: boolean = true; export = { ok }"),
  ".mjs": js(
    "pipeline.config.mjs",
    'import { secret } from "creditrisk-ci"; import { ok } from "./a.ts"; export default { ok: ok && secret("A").secret === "A" }',
    { "a.ts": "export const ok: boolean = true" },
  ),
  ".js with import in a CommonJS folder": js(
    "pipeline.config.js",
    'import { secret } from "creditrisk-ci"; export default { ok: secret("A").secret === "A" }',
    { "package.json": '{"type":"commonjs"}' },
  ),
  ".js with import in an ESM folder": js("pipeline.config.js", "export default { ok: this === undefined }", {
    "package.json": '{"type":"module"}',
  }),
  ".js in CommonJS": js(
    "pipeline.config.js",
    'const { secret } = require("creditrisk-ci"); module.exports = { ok: this === exports && secret("A").secret === "A" && require("./a").ok }',
    { "a.js": "exports.ok = true" },
  ),
  ".cjs with import()": js(
    "pipeline.config.cjs",
    'module.exports = (async () => ({ ok: (await import("./a.mjs")).ok }))()',
    { "a.mjs": "export const ok = true" },
  ),
  "import() of a computed name": ts(
    'const { default: ok, x } = await import("./" + "a" + ".ts"); export default { ok: ok && x === 1 }',
    { "a.ts": "export default true; export const x = 1" },
  ),
  "a failed import() that is caught": ts(
    'const ok = await import("./missing").then(() => false, error => error.code === "ERR_MODULE_NOT_FOUND"); export default { ok }',
  ),
  "an ESM-only package": ts(
    'import value, { ok, n, up } from "esm-only"; import * as all from "esm-only"; up(); export default { ok: ok && value.ok && all.ok && n === 1 && "up" in all }',
    esmPackage,
  ),
  "a CommonJS package": ts(
    'import cjs, { ok, call } from "@old/cjs"; export default { ok: ok && cjs.ok && call() && require("@old/cjs").ok }',
    cjsPackage,
  ),
  "a package in a folder above": {
    config: "sub/pipeline.config.ts",
    contents: { "sub/pipeline.config.ts": 'export { default } from "esm-only"', ...esmPackage },
    value: { ok: true },
  },
  "export *": ts(
    'import * as all from "./a"; export default { ok: all.ok && all.x === 1 && Object.keys(all).join() === "ok,x" }',
    { "a.ts": 'export * from "./b"; export const x = 1', "b.ts": "export const ok = true; export default 1" },
  ),
  "live bindings": ts('import { n, up } from "./a"; up(); export default { ok: n === 1 }', {
    "a.ts": "export let n = 0; export const up = () => { n++ }",
  }),
  "a diamond of imports": ts('import { a } from "./a"; import { b } from "./b"; export default { ok: a === b }', {
    "a.ts": 'export { c as a } from "./c"',
    "b.ts": 'export { c as b } from "./c"',
    "c.ts": "export const c = {}",
  }),
  "declare namespace, declare global": ts(
    "declare namespace A { const x: number }\ndeclare global { var y: number }\ndeclare module 'z' { }\nexport default { ok: true }",
  ),
  "names that look like syntax": ts(
    'const namespace = 1, module_ = { import: 1, export: 2, namespace, from: "x" }; const from = "a"; export default { ok: module_.import === 1 && module_.namespace === 1 && from === "a", }',
  ),
  "a hashbang and Windows line endings": ts("#!/usr/bin/env node\r\nexport default {\r\n  ok: true,\r\n}\r\n"),
  "text that looks like generated code": ts(
    'const text = "require(\'@@0@@\') import.meta import(x)"; import { ok } from "./a"; export default { ok: ok && text.includes("@@0@@") && text.includes("import.meta") }',
    { "a.ts": "export const ok = true" },
  ),
  "a __filename of its own": ts(
    'import { fileURLToPath } from "node:url"; import { dirname } from "node:path"; const __filename = fileURLToPath(import.meta.url); const __dirname = dirname(__filename); const module = 1; export default { ok: __filename.startsWith(__dirname) && module === 1 }',
  ),
  "every form of export": ts(
    'import a, { b, c as d } from "./a"; import * as all from "./a"; import { default as e } from "./b"; const o = { b, d }; export { o as default }; o satisfies object; if (!(a() && all.st === 3 && new e().ok && d?.x === 1)) throw 1; Object.assign(o, { ok: true, b: undefined, d: undefined })',
    {
      "a.ts":
        "const b = 1, s = 3; export { b, s as st }; export default function () { return hoisted() } function hoisted(): boolean { return true } export const { c } = { c: { x: 1 } }; export const m: Map<string, number> = new Map<string, number>([]); export const f = <T, U>(x: T, y: U) => [x, y]; export const t: [a: 1, b: 2] = [1, 2]",
      "b.ts": "export default class { ok = true as const; declare n: number; static s = 1 }",
    },
  ),
  "a nameless default before a line in brackets": ts(
    'import a from "./a"; import B from "./b"; import c from "./c"; export default { ok: a() === 1 && new B().b === 1 && (await c()) === 1 }',
    {
      "a.ts": "export default function <T>() { return 1 }\n[1].map(x => x)",
      "b.ts": "export default class<T> { b = 1 as T | number }\n(() => {})()",
      "c.ts": "export default async function () { return 1 }\n`x`",
    },
  ),
  "calls without semicolons": ts(
    'import { f } from "./a"\nimport d from "./a"\nlet x = 1\nf(x)\nd()\nexport default { ok: f(true) }',
    { "a.ts": "export const f = <T>(x: T) => x; export default function () {}" },
  ),
  "a comment at the end": ts("export default { ok: true } // end"),
};

const outcome = (result: Result<LoadedConfig>): unknown =>
  result.ok ? JSON.parse(JSON.stringify(result.value.value)) : result;
const load = (root: string, config = "pipeline.config.ts", cacheFolder?: string): Promise<Result<LoadedConfig>> =>
  loadConfig(join(root, config), { files: disk, root, cacheFolder });

describe("a config in code may use", () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundledLoader();
  });

  test.for(Object.entries(cases))("%s", async ([, { config, contents, value }]) => {
    const root = workspace(contents);
    expect(outcome(await load(root, config))).toEqual(value);
    expect(readdirSync(root)).toEqual([...new Set(Object.keys(contents).map(path => path.split("/")[0]))].sort());
  });

  test.concurrent.for(Object.entries(cases))(
    "%s, in the bundle, cold and warm",
    async ([, { config, contents, value }], { expect }) => {
      const root = workspace(contents);
      const cache = workspace();
      for (const run of [1, 2]) {
        const { result } = await bundle(root, config ?? "pipeline.config.ts", cache);
        expect(result, `run ${run}`).toMatchObject({ ok: true, value: { value } });
      }
    },
  );
});

describe("what is wrong with a config in code is one diagnostic", () => {
  const only = async (root: string, config?: string) => {
    const result = await load(root, config);
    if (result.ok) throw new Error("the config was loaded");
    expect(result.diagnostics).toHaveLength(1);
    expect(JSON.stringify(result.diagnostics)).not.toContain(root);
    return result.diagnostics[0];
  };

  const wrong: Readonly<Record<string, readonly [contents: Contents, expected: object]>> = {
    "a syntax error": [
      { "pipeline.config.ts": "export default {\n  name: ,\n}" },
      { code: "config/syntax", file: "pipeline.config.ts", line: 2, column: 9 },
    ],
    "a syntax error in an import": [
      { "pipeline.config.ts": 'import "./lib/a"', "lib/a.ts": "\n\nlet x = (;" },
      { code: "config/syntax", file: "lib/a.ts", line: 3, column: 10 },
    ],
    "a syntax error that only the engine sees": [
      { "pipeline.config.ts": "let x = 1;\nlet x = 2;\nexport default {}" },
      { code: "config/syntax", line: 2 },
    ],
    "a syntax error in imported JSON": [
      { "pipeline.config.ts": 'import a from "./a.json"; export default a', "a.json": '{\n "a": }' },
      { code: "config/syntax", file: "a.json", line: 2, column: 7 },
    ],
    "a namespace": [
      { "pipeline.config.ts": "namespace A { export const x = 1 }\nexport default { x: A.x }" },
      { code: "config/syntax", line: 1, column: 1, message: expect.stringContaining("namespaces") },
    ],
    "an exported namespace": [
      { "pipeline.config.ts": "\nexport namespace A.B { export const x = 1 }\nexport default { }" },
      { code: "config/syntax", line: 2, column: 8 },
    ],
    "an old-style module": [
      { "pipeline.config.ts": "module A { export const x = 1 }\nexport default { x: A.x }" },
      { code: "config/syntax", line: 1, column: 1 },
    ],
    "a decorator": [
      { "pipeline.config.ts": "const d = (x: unknown) => x;\n@d class A {}\nexport default {}" },
      { code: "config/syntax", line: 2, column: 1, message: expect.stringContaining("decorators") },
    ],
    "a name `exports`": [
      { "pipeline.config.ts": "export let n = 1; const f = (exports: object) => { n++ };\nexport default { f }" },
      { code: "config/syntax", line: 1 },
    ],
    "a name `$call`": [
      { "pipeline.config.ts": "export default {};\nconst $call = 1" },
      { code: "config/syntax", line: 2, column: 7 },
    ],
    "an export with a name in quotes": [
      { "pipeline.config.ts": "const a = 1; export { a as 'b c' }; export default {}" },
      { code: "config/syntax", line: 1 },
    ],
    "several variables in one export": [
      { "pipeline.config.ts": "export const a = [1, 2], b = 2;\nexport default { a, b }" },
      { code: "config/syntax", line: 1, column: 24 },
    ],
    "export import": [
      { "pipeline.config.ts": 'export import a = require("./b")\nexport default {}' },
      { code: "config/syntax" },
    ],
    "a thrown error": [
      {
        "pipeline.config.ts":
          'type A = {\n  a: 1 };\nconst f = () => {\n  throw new TypeError("no model");\n};\nexport default f()',
      },
      { code: "config/threw", line: 4, message: "the config threw: TypeError: no model" },
    ],
    "a thrown error in an import": [
      { "pipeline.config.ts": 'import "./lib/a.ts"', "lib/a.ts": '\nthrow new Error("no")' },
      { code: "config/threw", file: "lib/a.ts", line: 2 },
    ],
    "a thrown string": [
      { "pipeline.config.ts": 'throw "no"' },
      { code: "config/threw", message: "the config threw: no" },
    ],
    "a thrown thing that resists": [
      {
        "pipeline.config.ts":
          "throw new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 }, getPrototypeOf() { throw 3 } })",
      },
      { code: "config/threw" },
    ],
    "a misspelt function of the tool": [
      { "pipeline.config.ts": 'import { defineConfg } from "creditrisk-ci";\nexport default defineConfg({})' },
      { code: "config/threw", line: 2, message: "the config threw: TypeError: defineConfg is not a function" },
    ],
    "a misspelt class of an import": [
      { "pipeline.config.ts": 'import { Q } from "./a";\nexport default new Q()', "a.ts": "export class P {}" },
      { code: "config/threw", line: 2, message: "the config threw: TypeError: Q is not a constructor" },
    ],
    "a rejected promise": [
      { "pipeline.config.ts": 'export default Promise.reject(new Error("late"))' },
      { code: "config/threw", line: 1 },
    ],
    "endless recursion": [
      { "pipeline.config.ts": "const f = () => f();\nexport default f()" },
      { code: "config/threw", line: 1 },
    ],
    "process.exit": [
      { "pipeline.config.ts": "try {\n  process.exit(0);\n} catch {}\nexport default { name: 'x' }" },
      { code: "config/threw", line: 2, message: "the config called process.exit(0)" },
    ],
    "no export": [{ "pipeline.config.ts": "const x = 1" }, { code: "config/no-export" }],
    "an empty file": [{ "pipeline.config.ts": "" }, { code: "config/no-export" }],
    "only named exports": [
      { "pipeline.config.ts": "export const config = {}" },
      { code: "config/no-export", message: expect.stringContaining("exports nothing") },
    ],
    "a function": [
      { "pipeline.config.ts": "export default () => ({ name: 'x' })" },
      { code: "config/no-export", hint: expect.stringContaining("export the object itself") },
    ],
    "a list": [
      { "pipeline.config.ts": "export default []" },
      { code: "config/no-export", message: expect.stringContaining("a list") },
    ],
    "a string": [{ "pipeline.config.ts": "export default 'x'" }, { code: "config/no-export" }],
    null: [{ "pipeline.config.ts": "export default null" }, { code: "config/no-export" }],
    "an import of a missing file": [
      { "pipeline.config.ts": '\n  import a from "./missing";\nexport default a' },
      {
        code: "config/import-not-found",
        file: "pipeline.config.ts",
        line: 2,
        column: 17,
        message: "`./missing`, which `pipeline.config.ts` imports, was not found",
      },
    ],
    "an import of a missing package": [
      {
        "pipeline.config.ts": 'import "./a"; export default {}',
        "a.ts": 'import x from "not-there"; export const y = x',
      },
      { code: "config/import-not-found", file: "a.ts", line: 1 },
    ],
    "a package whose own import is missing": [
      {
        "pipeline.config.ts": 'import "broken"; export default {}',
        "node_modules/broken/package.json": '{"exports":"./a.mjs"}',
        "node_modules/broken/a.mjs": 'import "gone"',
      },
      { code: "config/import-not-found", message: expect.stringContaining("gone") },
    ],
    "an import() of a missing file": [
      { "pipeline.config.ts": '\nawait import("./missing"); export default {}' },
      { code: "config/import-not-found", file: "pipeline.config.ts" },
    ],
    "an import of a file that is no code": [
      { "pipeline.config.ts": 'import x from "./a.yaml"; export default x', "a.yaml": "a: 1" },
      { code: "config/import-not-found", hint: expect.stringContaining("node:fs") },
    ],
    "a circle of imports": [
      {
        "pipeline.config.ts": 'import { b } from "./a"; export const x = 1; export default { b }',
        "a.ts": 'export { b } from "./b"',
        "b.ts": 'import { x } from "./pipeline.config"; export const b = () => x',
      },
      {
        code: "config/circular-import",
        file: "b.ts",
        line: 1,
        message: "files of the config import one another: `b.ts` → `pipeline.config.ts` → `a.ts` → `b.ts`",
      },
    ],
    "a circle through import()": [
      {
        "pipeline.config.ts": 'import { b } from "./a"; export default { b }',
        "a.ts": 'export const b = await import("./pipeline.config.ts")',
      },
      { code: "config/circular-import" },
    ],
    "a circle through require": [
      {
        "pipeline.config.ts": 'const { b } = require("./a"); export default { b }',
        "a.ts": 'export const b = require("./pipeline.config.ts")',
      },
      { code: "config/circular-import" },
    ],
    "an import of itself": [
      { "pipeline.config.ts": 'import x from "./pipeline.config"; export default { x }' },
      { code: "config/circular-import" },
    ],
    "a require of a file that waits": [
      {
        "pipeline.config.ts": 'export default require("./a")',
        "a.ts": "export const ok = await new Promise(resolve => setImmediate(resolve))",
      },
      { code: "config/syntax", file: "a.ts" },
    ],
  };

  test.for(Object.entries(wrong))("%s", async ([, [contents, expected]]) => {
    expect(await only(workspace(contents))).toMatchObject({ severity: "error", hint: expect.any(String), ...expected });
  });

  test("text that is not UTF-8", async () => {
    const root = workspace({ "pipeline.config.ts": Buffer.from("export default { name: 'é' }", "utf16le") });
    expect(await only(root)).toMatchObject({ code: "config/encoding" });
    expect(await only(workspace({ "pipeline.config.ts": Buffer.from([0xff, 0x41]) }))).toMatchObject({
      code: "config/encoding",
    });
  });

  test("a fault of the machine stays one", async () => {
    const { MachineFault } = await import("../../src/host/host.ts");
    const root = workspace({ "pipeline.config.ts": 'import "./a"', "a.ts": "" });
    const files = {
      ...disk,
      read: (path: string) => {
        if (path.endsWith("a.ts")) throw new MachineFault({ code: "machine/unreadable", message: "no" });
        return disk.read(path);
      },
    };
    await expect(loadConfig(join(root, "pipeline.config.ts"), { files, root })).rejects.toBeInstanceOf(MachineFault);
  });
});

describe("a config cannot harm the process that loads it", () => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundledLoader();
  });

  test.concurrent.for([
    ["never settles", "await new Promise(() => {}); export default {}", "config/never-settles"],
    ["never settles as a promise", "export default new Promise(() => {})", "config/never-settles"],
    ["exits", "process.exit(0); export default {}", "config/threw"],
    [
      "exits later",
      "setTimeout(() => process.exit(0), 5); await new Promise(resolve => setTimeout(resolve, 50)); export default {}",
      "config/threw",
    ],
    [
      "throws later",
      "setTimeout(() => { throw new Error('late') }, 5); await new Promise(resolve => setTimeout(resolve, 50)); export default {}",
      "config/threw",
    ],
    [
      "leaves a rejection",
      "Promise.reject(new Error('late')); await new Promise(resolve => setTimeout(resolve, 50)); export default {}",
      "config/threw",
    ],
    [
      "ends its own circle",
      "await (await import('./pipeline.config.ts')).default; export default {}",
      "config/circular-import",
    ],
  ] as const)("it %s", async ([, code, expected], { expect }) => {
    const root = workspace({ "pipeline.config.ts": code });
    const { exitCode, result, stderr } = await bundle(root, "pipeline.config.ts");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: expected }] });
  });

  test("it prints: what it prints goes to standard error", async () => {
    const root = workspace({
      "pipeline.config.ts":
        'console.log("one"); process.stdout.write("two"); process.exitCode = 9; export default { ok: true }',
    });
    const { exitCode, stdout, stderr } = await bundle(root, "pipeline.config.ts");
    expect(exitCode).toBe(0);
    expect(stderr).toBe("one\ntwo");
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });
});

describe("the memory of transformed code", () => {
  let full: Bundle;
  let warm: Bundle;
  beforeAll(async () => {
    [full, warm] = await Promise.all([bundledLoader(), bundledLoader("transform", "jiti")]);
  });
  const contents = {
    "pipeline.config.ts":
      'import { a } from "./a"; import data from "./d.json"; export default { a, data, env: process.env.CONFIG_TEST ?? null }',
    "a.ts": 'export { b as a } from "./lib/b.js"',
    "lib/b.ts": "export const b: number = 1",
    "d.json": '{"d":1}',
  };
  const prepared = async (others: Contents = {}) => {
    const root = workspace({ ...contents, ...others });
    const cache = join(workspace(), "new", "folder");
    expect((await full(root, "pipeline.config.ts", cache)).result).toMatchObject({ ok: true });
    return { root, cache, again: (bundle: Bundle) => bundle(root, "pipeline.config.ts", cache) };
  };

  test("an unchanged config is evaluated without the compiler and the resolver", async () => {
    const { again } = await prepared();
    expect((await again(warm)).result).toMatchObject({ ok: true, value: { value: { a: 1, data: { d: 1 } } } });
  });

  test("without a memory the compiler is needed", async () => {
    const root = workspace(contents);
    expect((await warm(root, "pipeline.config.ts")).result).not.toMatchObject({ ok: true });
  });

  test("an unchanged config with a package that lists its exports needs neither", async () => {
    const { again, root } = await prepared({ ...esmPackage, "a.ts": 'export { ok as a } from "esm-only"' });
    expect((await again(warm)).result).toMatchObject({ ok: true, value: { value: { a: true } } });
    put(root, "node_modules/esm-only/other.js", "export const ok = 'other'");
    put(root, "node_modules/esm-only/package.json", '{"type":"module","exports":"./other.js"}');
    expect((await again(full)).result).toMatchObject({ ok: true, value: { value: { a: "other" } } });
    put(root, "tsconfig.json", '{"compilerOptions":{"paths":{"esm-only":["./mine.ts"]}}}');
    put(root, "mine.ts", "export const ok: string = 'mine'");
    expect((await again(full)).result).toMatchObject({ ok: true, value: { value: { a: "mine" } } });
  });

  test("what it evaluates to is not remembered", async () => {
    const { root, cache } = await prepared();
    process.env.CONFIG_TEST = "now";
    try {
      expect((await warm(root, "pipeline.config.ts", cache)).result).toMatchObject({
        value: { value: { env: "now" } },
      });
    } finally {
      delete process.env.CONFIG_TEST;
    }
  });

  test.for([
    ["a changed config", "pipeline.config.ts", "export default { a: 2 }"],
    ["a changed import, of the same length and time", "lib/b.ts", "export const b: number = 2"],
    ["a new file that comes first", "lib/b.js", "export const b = 2"],
    ["a new file in place of a file without ending", "a", "export const a = 3"],
  ] as const)("%s is noticed", async ([name, path, text]) => {
    const { root, cache, again } = await prepared();
    put(root, path, text);
    utimesSync(join(root, path), new Date(0), new Date(0));
    const fresh = (await full(root, "pipeline.config.ts")).result;
    expect((await again(full)).result, name).toEqual(fresh);
    expect(fresh).not.toMatchObject({ value: { value: { a: 1 } } });
    expect(readdirSync(cache)).toHaveLength(1);
  });

  test("a deleted import is noticed", async () => {
    const { root, again } = await prepared();
    rmSync(join(root, "lib/b.ts"));
    expect((await again(full)).result).toMatchObject({
      ok: false,
      diagnostics: [{ code: "config/import-not-found", file: "a.ts" }],
    });
  });

  test("a package type that changes what .js means is noticed", async () => {
    const root = workspace({ "pipeline.config.js": "module.exports = { ok: true }" });
    const cache = workspace();
    expect((await full(root, "pipeline.config.js", cache)).result).toMatchObject({ ok: true });
    put(root, "package.json", '{"type":"module"}');
    const fresh = (await full(root, "pipeline.config.js")).result;
    expect((await full(root, "pipeline.config.js", cache)).result).toEqual(fresh);
  });

  test("a damaged, foreign or unwritable memory is no memory", async () => {
    const { root, cache, again } = await prepared();
    const [name] = readdirSync(cache) as [string];
    const good = readFileSync(join(cache, name), "utf8");
    for (const bad of ["", "{}", "null", good.slice(0, -9), good.replace(/const b = /, "const b = 7+"), "\0\xff\n\n"]) {
      writeFileSync(join(cache, name), bad);
      expect((await again(full)).result).toMatchObject({ ok: true, value: { value: { a: 1 } } });
    }
    expect(readFileSync(join(cache, name), "utf8")).toBe(good);
    rmSync(join(cache, name));
    mkdirSync(join(cache, name));
    expect((await again(full)).result).toMatchObject({ ok: true });
    expect(readdirSync(cache)).toEqual([name]);
    const file = workspace({ file: "" });
    expect((await full(root, "pipeline.config.ts", join(file, "file", "x"))).result).toMatchObject({ ok: true });
  });

  test("parallel runs do not disturb one another", async () => {
    const root = workspace(contents);
    const cache = workspace();
    const runs = await Promise.all(Array.from({ length: 8 }, () => full(root, "pipeline.config.ts", cache)));
    for (const { result } of runs) expect(result).toMatchObject({ ok: true });
    expect(readdirSync(cache)).toHaveLength(1);
    expect((await warm(root, "pipeline.config.ts", cache)).result).toMatchObject({ ok: true });
  });

  test("an error is on the same line, cold and warm", async () => {
    const code =
      "interface A {\n  a: 1;\n}\nexport const f = () => {\n  if (process.env.CONFIG_FAIL) throw new Error('no');\n};\nexport default { f: f() }";
    const { root, cache } = await prepared({ "pipeline.config.ts": code });
    process.env.CONFIG_FAIL = "1";
    try {
      const [cold, quick] = [await full(root, "pipeline.config.ts"), await warm(root, "pipeline.config.ts", cache)];
      expect(cold.result).toMatchObject({ ok: false, diagnostics: [{ code: "config/threw", line: 5 }] });
      expect(quick.result).toEqual(cold.result);
    } finally {
      delete process.env.CONFIG_FAIL;
    }
  });
});

test("sources are the config and every file of the user that it imported", async () => {
  const root = workspace({
    ...esmPackage,
    "pipeline.config.ts": 'import "./a"; import "esm-only"; import "./d.json"; await import("./c"); export default {}',
    "a.ts": 'require("./b")',
    "b.ts": "",
    "c.ts": "",
    "d.json": "1",
  });
  const result = await load(root);
  const sources = result.ok ? result.value.sources : [];
  expect([...sources].sort()).toEqual(
    ["a.ts", "b.ts", "c.ts", "d.json", "pipeline.config.ts"].map(name => join(root, name)),
  );
});

test("a config behind a symbolic link imports from where it really is", async () => {
  const root = workspace({
    "shared/pipeline.config.ts": 'export { ok as default } from "./a"',
    "shared/a.ts": "export const ok = { ok: true }",
  });
  symlinkSync("shared/pipeline.config.ts", join(root, "pipeline.config.ts"));
  expect(outcome(await load(root))).toEqual({ ok: true });
});

test("a symbolic link that leads nowhere, or in a circle, is no config", async () => {
  const root = workspace();
  symlinkSync("gone.ts", join(root, "pipeline.config.ts"));
  symlinkSync("pipeline.config.mts", join(root, "pipeline.config.mts"));
  for (const name of ["pipeline.config.ts", "pipeline.config.mts"])
    expect(await load(root, name)).toMatchObject({ ok: false, diagnostics: [{ code: "config/not-a-file" }] });
});

test("a config that changed is evaluated anew in the same process", async () => {
  const root = workspace({
    "pipeline.config.ts": 'import { n } from "./n.mjs"; export default { n }',
    "n.mjs": "export const n = 1",
  });
  expect(outcome(await load(root))).toEqual({ n: 1 });
  put(root, "n.mjs", "export const n = 2");
  expect(outcome(await load(root))).toEqual({ n: 2 });
});

test("property: whatever a config in code holds, the answer is a value or diagnostics", async () => {
  const fragments = [
    "export default",
    "{",
    "}",
    "(",
    ")",
    "import",
    "x",
    '"./y"',
    "from",
    "=",
    ";",
    "\n",
    "namespace",
    "@",
    "await",
    "enum",
    "`",
    "<",
    "=>",
    "type",
    ".",
    "meta",
    "1",
    ":",
    ",",
    "class",
    "require",
    "exports",
  ];
  const source = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map(words => Buffer.from(words.join(" "))),
    fc.string({ unit: "binary", maxLength: 100 }).map(text => Buffer.from(text)),
  );
  const root = workspace();
  await fc.assert(
    fc.asyncProperty(source, async bytes => {
      put(root, "pipeline.config.ts", bytes);
      const result = await load(root);
      expect(result.ok || result.diagnostics.length > 0).toBe(true);
      if (!result.ok) for (const { code } of result.diagnostics) expect(code).toMatch(/^config\//);
    }),
    { numRuns: 500 },
  );
});
