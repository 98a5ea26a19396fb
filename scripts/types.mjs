import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @typedef {import("../src/config/json-schema.ts").JsonSchema} JsonSchema */

const root = join(import.meta.dirname, "..");

/**
 * The text of the published `index.d.ts`: the functions as `src/index.ts` declares them, and the types of a config
 * written out from its JSON Schema, so that an editor needs no other package.
 *
 * @param {JsonSchema} schema
 * @returns {string}
 */
export const publishedTypes = schema => {
  const definitions = schema.$defs ?? {};
  const types = Object.entries(definitions).filter(([name]) => isPublished(name));
  return [
    "/** The config of creditrisk-ci: one pipeline, or several. */",
    "export type ConfigInput = Pipeline | Pipelines;",
    "",
    ...types.flatMap(([name, definition]) => [
      ...comment(documentation(definition, definitions), ""),
      `export type ${name} = ${typeOf(definition, definitions, "")};`,
      "",
    ]),
    functions(),
  ].join("\n");
};

/** What the schema names with a capital is a type of its own; the rest are kinds of text. */
const isPublished = (/** @type {string} */ name) => /^[A-Z]/.test(name);

/**
 * @param {JsonSchema} schema
 * @param {Readonly<Record<string, JsonSchema>>} definitions
 * @param {string} indent
 * @returns {string}
 */
const typeOf = (schema, definitions, indent) => {
  const inner = (/** @type {JsonSchema} */ part) => typeOf(part, definitions, indent);
  const { $ref, anyOf, type, items, properties, patternProperties = {}, additionalProperties } = schema;
  if ($ref !== undefined) {
    const name = nameIn($ref);
    return isPublished(name) ? name : inner(/** @type {JsonSchema} */ (definitions[name]));
  }
  if (anyOf) return [...new Set(anyOf.map(inner))].join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(" | ");
  if (type === "integer") return "number";
  if (type === "array" && items) return `Array<${inner(items)}>`;
  if (type !== "object") return /** @type {string} */ (type);
  const more = additionalProperties ? `{ [name: string]: ${inner(additionalProperties)} }` : undefined;
  if (!properties) return /** @type {string} */ (more);
  const named = [
    "{",
    ...Object.entries(properties).flatMap(([key, property]) => [
      ...comment(documentation(property, definitions), `${indent}  `),
      `${indent}  ${/^\w+$/.test(key) ? key : JSON.stringify(key)}${schema.required?.includes(key) ? "" : "?"}: ${typeOf(property, definitions, `${indent}  `)};`,
    ]),
    ...Object.entries(patternProperties).flatMap(([pattern, property]) => [
      ...comment(documentation(property, definitions), `${indent}  `),
      `${indent}  [name: \`${pattern.slice(1)}\${string}\`]: ${inner(property)} | undefined;`,
    ]),
    `${indent}}`,
  ].join("\n");
  return more === undefined ? named : `${named} & ${more}`;
};

/**
 * What a value means, its unit and its default, in one paragraph.
 *
 * @param {JsonSchema} schema
 * @param {Readonly<Record<string, JsonSchema>>} definitions
 * @returns {string}
 */
const documentation = (schema, definitions) => {
  const standard = defaultText(schema);
  const text = describe(schema, definitions);
  return standard === undefined || text.includes("Default: ") ? text : `${text} Default: \`${standard}\`.`;
};

/**
 * @param {JsonSchema} schema
 * @param {Readonly<Record<string, JsonSchema>>} definitions
 * @returns {string}
 */
export const describe = ({ description, $ref }, definitions) =>
  description ?? ($ref === undefined ? "" : (definitions[nameIn($ref)]?.description ?? ""));

/**
 * A default as one would write it in a config; undefined where there is none, or it is empty because its parts have their own.
 *
 * @param {JsonSchema} schema
 * @returns {string | undefined}
 */
export const defaultText = schema =>
  schema.default === undefined || ["{}", "[]"].includes(JSON.stringify(schema.default))
    ? undefined
    : literal(schema.default);

/** @type {(value: unknown) => string} */
const literal = value => {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if ("secret" in value)
    return `secret(${JSON.stringify(value.secret)}${"optional" in value ? ", { optional: true }" : ""})`;
  return `{ ${Object.entries(value)
    .map(([key, part]) => `${key}: ${literal(part)}`)
    .join(", ")} }`;
};

const nameIn = (/** @type {string} */ reference) => reference.slice(reference.lastIndexOf("/") + 1);

/** @type {(text: string, indent: string) => readonly string[]} */
const comment = (text, indent) => (text === "" ? [] : [`${indent}/** ${text.replaceAll("*/", "*\\/")} */`]);

/** The declarations of `src/index.ts`, by the compiler, without its imports and the types that are written out above. */
const functions = () => {
  const folder = mkdtempSync(join(tmpdir(), "creditrisk-ci-types-"));
  try {
    const options = ["--ignoreConfig", "--declaration", "--emitDeclarationOnly", "--skipLibCheck", "--strict"];
    const module = ["--module", "preserve", "--target", "es2023", "--types", "node"];
    const files = ["--allowImportingTsExtensions", "--resolveJsonModule", "--outDir", folder, "src/index.ts"];
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, ...options, ...module, ...files], { cwd: root, stdio: "pipe" });
    const text = readFileSync(join(folder, "index.d.ts"), "utf8");
    return text.replace(/^(?:import|export) (?:type )?\{.*\n/gm, "");
  } finally {
    rmSync(folder, { recursive: true });
  }
};
