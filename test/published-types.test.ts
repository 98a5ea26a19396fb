import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSchema } from "../scripts/build.mjs";
import { describe as described, publishedTypes } from "../scripts/types.mjs";
import type { JsonSchema } from "../src/config/json-schema.ts";
import { parseConfig } from "../src/config/parse.ts";
import type { Pipeline } from "../src/config/pipeline.ts";
import * as source from "../src/index.ts";
import { jobIds, workflowNames } from "../src/model/workflow-name.ts";
import { templates } from "../templates/index.ts";

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "published-types-"));
let schema: JsonSchema;
let types: string;

beforeAll(async () => {
  schema = await readSchema();
  types = publishedTypes(schema);
  writeFileSync(join(folder, "index.d.ts"), types);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the compiler says about a file that stands beside the published types. */
const compile = (code: string): Promise<string> => {
  const file = join(folder, "code.ts");
  writeFileSync(file, code);
  const options = ["--ignoreConfig", "--noEmit", "--strict", "--target", "es2023", "--module", "preserve"];
  const sources = ["--allowImportingTsExtensions", "--resolveJsonModule", "--types", "node", "--typeRoots"];
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [join(root, "node_modules/typescript/bin/tsc"), ...options, ...sources, join(root, "node_modules/@types"), file],
      { cwd: root },
      (_error, stdout) => resolve(stdout),
    );
  });
};

const config = (text: string) =>
  compile(
    `import { defineConfig, output, secret, variable } from "./index.js";\nexport default defineConfig(${text});\n`,
  );

test("the published types need no other package", () => {
  expect(types).not.toMatch(/^\s*(?:import|export \*|\/\/\/ <reference)|\bimport\(/m);
});

test("the published type of a config and the one the schema infers are assignable to each other", async () => {
  const schemaModule = JSON.stringify(join(root, "src/config/schema.ts"));
  const assigned = (from: string, to: string) => `((value: ${from}): ${to} => value)`;
  const code = `
    import type { ConfigInput as Inferred } from ${schemaModule};
    import type { ConfigInput as Published } from "./index.js";
    export const both = [${assigned("Inferred", "Published")}, ${assigned("Published", "Inferred")}];`;
  expect(await compile(code)).toBe("");
  expect(await compile(code.replace("Published): Inferred", "Published | { name: 1 }): Inferred"))).toContain("TS2322");
});

test("the published functions are those of the library", () => {
  const declared = [...types.matchAll(/^export declare const (\w+)/gm)].map(([, name]) => name);
  expect(declared).toEqual(Object.keys(source));
});

test("every property of a config says what it means", () => {
  const definitions = schema.$defs ?? {};
  const silent: string[] = [];
  let properties = 0;
  const visit = (part: JsonSchema | false | undefined, path: string): void => {
    if (!part) return;
    for (const [key, property] of Object.entries(part.properties ?? {})) {
      properties += 1;
      if (!/^\S.*\.$/.test(described(property, definitions))) silent.push(`${path}.${key}`);
      visit(property, `${path}.${key}`);
    }
    for (const child of [part.items, part.additionalProperties, ...(part.anyOf ?? [])]) visit(child, path);
  };
  for (const [name, definition] of Object.entries(definitions)) visit(definition, name);
  expect(silent).toEqual([]);
  expect(properties).toBeGreaterThan(100);

  const lines = types.split("\n");
  const bare = lines.filter((line, index) => /^ +"?[\w-]+"?\??: /.test(line) && !lines[index - 1]?.includes("/**"));
  expect(bare.filter(line => !line.includes("readonly"))).toEqual([]);
});

test("a default is told where the field is explained, also deep inside", () => {
  expect(types).toContain("/** Pause between two attempts, in seconds. Default: `6`. */\n      delaySeconds?: number;");
  expect(types).toContain('ECS cluster. Default: `secret("ECS_CLUSTER_NAME")`.');
});

test("defineConfig takes a config with everything in it", async () => {
  const everything = `{
    name: "x",
    runners: { cd: { group: "gpu", labels: ["a"] }, nightly: ["self-hosted", "gpu"] },
    checks: { lint: false, types: { command: "mypy src", advisory: true } },
    deploy: { aws: { auth: { role: variable("ROLE") }, region: "eu-central-1" }, smoke: { predict: { payload: { rows: [1, null, { a: "b" }] } } } },
    notify: { slack: secret("SLACK", { optional: true }) },
    permissions: { ci: { quality: { "pull-requests": { access: "write", reason: "to comment" } } } },
    extend: {
      ci: { jobs: { tool: { name: "Tool", steps: [{ name: "Test", run: "npm test" }] } } },
      cd: { "image-api": { after: { build: [{ name: "Scan", uses: "aquasecurity/trivy-action", with: { x: output("a", "b") } }] } } },
    },
  }`;
  expect(await config(everything)).toBe("");
});

test.each([
  ["an unknown key", '{ name: "x", nmae: 1 }', "'nmae' does not exist"],
  ["an unknown key deep inside", '{ name: "x", deploy: { aws: { regoin: "x" } } }', "'regoin'"],
  ["an unknown key of one of several pipelines", '{ pipelines: [{ name: "x", typo: 1 }] }', "'typo'"],
  ["a word that is not one of the choices", '{ name: "x", python: { installer: "conda" } }', '"pip" | "uv"'],
  ["a job that the workflow does not have", '{ name: "x", extend: { cd: { trian: {} } } }', "'trian'"],
  ["a secret written down as text", '{ name: "x", notify: { slack: "https://hooks" } }', "SecretReference"],
])("defineConfig refuses %s", async (_what, text, message) => {
  expect(await config(text)).toContain(message);
});

test("the jobs that `extend` names are those the templates build", () => {
  const everything = {
    name: "demo",
    images: [{ name: "api", dockerfile: "Dockerfile" }],
    notify: { slack: { secret: "HOOK" } },
  };
  const parsed = parseConfig(everything, { configFile: "c", lockFile: "l", position: () => undefined });
  if (!parsed.ok) throw new Error("the config is not valid");
  const built = templates.map(({ name, build }) => [
    name,
    build(parsed.value[0] as Pipeline).jobs.map(({ id }) => id.replace(/^image-.*/, "image-")),
  ]);
  expect(Object.fromEntries(built)).toEqual({
    ci: expect.arrayContaining([...jobIds.ci]),
    cd: [...jobIds.cd],
    nightly: [...jobIds.nightly],
  });
  expect(built.flat(2)).toHaveLength(Object.values(jobIds).flat().length + workflowNames.length);
});
