import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, expect, test } from "vitest";
import { environment, packageFolder } from "../support/cli.ts";
import { nodeOf, nodeVersions } from "../support/node-versions.ts";
import { CI, CONFIG, config, emptyFolder, generated, repository } from "../support/repo.ts";

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

const env = () => ({ ...environment(), npm_config_cache: join(emptyFolder(), "npm"), npm_config_offline: "true" });
let packed: Packed;
let tarball: string;
/** A folder that holds the installed tarball and nothing else. */
let installed: string;
let bin: string;

beforeAll(() => {
  const folder = emptyFolder();
  const output = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: packageFolder(),
    env: env(),
    encoding: "utf8",
  });
  const parsed = JSON.parse(output);
  packed = (Array.isArray(parsed) ? parsed : Object.values(parsed))[0] as Packed;
  tarball = join(folder, packed.filename);
  installed = emptyFolder();
  execFileSync("npm", ["install", "--no-audit", "--no-fund", tarball], { cwd: installed, env: env(), stdio: "pipe" });
  bin = join(installed, "node_modules/.bin/creditrisk-ci");
}, 120_000);

const run = (cwd: string, command: string, ...args: readonly string[]) => {
  try {
    return { code: 0, output: execFileSync(command, args, { cwd, env: env(), encoding: "utf8", stdio: "pipe" }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, output: `${stdout}${stderr}` };
  }
};

test("the tarball holds the command, the types and the JSON Schema, and stays under 4 MB", () => {
  const paths = packed.files.map(({ path }) => path);
  for (const path of ["package.json", "dist/bin.js", "dist/index.js", "dist/index.d.ts", "dist/schema.json"])
    expect(paths).toContain(path);
  // A third of it is GitHub's language service and what the command lines of other programs accept, for `lint`.
  expect(packed.unpackedSize).toBeLessThan(4_000_000);
  expect(
    paths.filter(
      path =>
        !/^(dist\/[^/]+|dist\/rehearsal\/(stand-ins\.cjs|world\/\w+\.py)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(
          path,
        ),
    ),
  ).toEqual([]);
  expect(statSync(join(installed, "node_modules/creditrisk-ci/dist/bin.js")).mode & 0o111).not.toBe(0);
});

test("the package runs nothing when installed and brings no other package", () => {
  const manifest = JSON.parse(readFileSync(join(installed, "node_modules/creditrisk-ci/package.json"), "utf8"));
  for (const field of ["dependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"])
    expect(Object.keys(manifest[field] ?? {}), field).toEqual([]);
  const scripts = ["preinstall", "install", "postinstall"];
  expect(Object.keys(manifest.scripts ?? {}).filter(name => scripts.includes(name))).toEqual([]);
  expect(manifest).toMatchObject({
    name: "creditrisk-ci",
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    license: "MIT",
    type: "module",
    engines: { node: ">=20.19.0" },
    bin: { "creditrisk-ci": "dist/bin.js" },
    description: expect.any(String),
  });
  for (const target of [manifest.exports["."].types, manifest.exports["."].default, manifest.exports["./schema.json"]])
    expect(existsSync(join(installed, "node_modules/creditrisk-ci", target)), target).toBe(true);
  expect(readdirSync(join(installed, "node_modules")).filter(name => !name.startsWith("."))).toEqual(["creditrisk-ci"]);
});

test("publint has nothing to say", async () => {
  const { messages, pkg } = await publint({ pkgDir: packageFolder(), strict: true, pack: false });
  expect(messages.map(message => formatMessage(message, pkg as Record<string, unknown>, { color: false }))).toEqual([]);
});

test("npx runs it where it is installed, and its version is the package's", () => {
  const { code, output } = run(installed, "npx", "--no-install", "creditrisk-ci", "--version");
  const { version } = JSON.parse(readFileSync(join(packageFolder(), "package.json"), "utf8"));
  expect({ code, output }).toEqual({ code: 0, output: `${version}\n` });
});

test("the printed and the published JSON Schema are one", () => {
  const published = readFileSync(join(installed, "node_modules/creditrisk-ci/dist/schema.json"), "utf8");
  expect(JSON.parse(run(installed, bin, "schema").output)).toEqual(JSON.parse(published));
});

test("the types compile a config, and refuse a misspelt one, without any other package", () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, "node_modules"));
  execFileSync("cp", ["-R", join(installed, "node_modules/creditrisk-ci"), join(folder, "node_modules")]);
  const compile = (text: string) => {
    writeFileSync(join(folder, CONFIG), text);
    const tsc = join(import.meta.dirname, "../../node_modules/typescript/bin/tsc");
    const options = ["--ignoreConfig", "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
    return run(folder, process.execPath, tsc, ...options, "--types", "", CONFIG);
  };
  expect(compile(config('deploy: { aws: { region: variable("AWS_REGION") } }'))).toEqual({ code: 0, output: "" });
  expect(compile(config("imgaes: []")).output).toContain("imgaes");
  expect(compile(config('python: { installer: "pi" }')).output).toContain('"pi"');
});

test.for(nodeVersions)(
  "on Node %s the tarball generates and checks in a Python repository without node_modules",
  async version => {
    const node = nodeOf(version);
    expect(run(installed, node, "--version").output).toBe(`v${version}\n`);
    const enums = `import { defineConfig } from "creditrisk-ci";\nimport { Name } from "./names";\nconst c: { name: string } = { name: Name.Model };\nexport default defineConfig(c satisfies object);\n`;
    const repo = repository({
      "pyproject.toml": "[project]\nname = 'x'\n",
      "names.ts": 'export enum Name {\n  Model = "credit",\n}\n',
      [CONFIG]: enums,
    });
    expect(run(repo.root, node, bin, "check").code).toBe(1);
    expect(run(repo.root, node, bin, "generate")).toMatchObject({ code: 0 });
    expect(run(repo.root, node, bin, "check")).toMatchObject({ code: 0 });
    expect(run(repo.root, node, bin, "check", "--staged")).toMatchObject({ code: 2 });
    repo.git("add", "--all");
    expect(run(repo.root, node, bin, "check", "--staged")).toMatchObject({ code: 0 });
    expect(repo.has("node_modules")).toBe(false);

    // The same bytes as on the Node that runs the tests.
    const same = await generated(config("", "credit"));
    expect(repo.read(CI)).toBe(same.read(CI));
  },
);
