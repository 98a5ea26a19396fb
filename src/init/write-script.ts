import type { ConfigPath } from "../config/issues.ts";
import type { ConfigInput } from "../config/schema.ts";
import type { Comment } from "./comments.ts";
import { commentAt, isCommentedWithin, WIDTH, wrapped } from "./comments.ts";
import { inOrder } from "./key-order.ts";
import type { Data } from "./record.ts";
import { isData } from "./record.ts";

/** The text of a `pipeline.config.ts` that exports this config. */
export const writeScript = (config: ConfigInput, comments: readonly Comment[]): string => {
  const used = new Set(["defineConfig"]);
  const value = new Printer(comments, used).print(inOrder(config), [], "", "export default defineConfig(".length + 2);
  const opening = wrapped(commentAt(comments, []) ?? "", WIDTH - 3)
    .filter(line => line !== "")
    .map(line => ` * ${line}\n`);
  return [
    `import { ${[...used].sort().join(", ")} } from "creditrisk-ci";\n\n`,
    ...(opening.length > 0 ? ["/**\n", ...opening.map(line => line.replaceAll("*/", "* /")), " */\n"] : []),
    `export default defineConfig(${value});\n`,
  ].join("");
};

class Printer {
  readonly #comments: readonly Comment[];
  /** What the text takes from the package. */
  readonly #used: Set<string>;

  constructor(comments: readonly Comment[], used: Set<string>) {
    this.#comments = comments;
    this.#used = used;
  }

  /** A value, on one line if it fits beside the `taken` characters of that line. */
  print(value: unknown, path: ConfigPath, indent: string, taken: number): string {
    const items = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
    if (items === undefined && !isData(value)) return literal(value);
    const reference = items === undefined && !isPayload(path) ? referenceCall(value as Data) : undefined;
    if (reference !== undefined) {
      this.#used.add(reference.name);
      return reference.text;
    }
    const inner = `${indent}  `;
    const parts =
      items?.map((item, index) => ({
        key: "",
        text: (taken: number) => this.print(item, [...path, index], inner, taken),
        comment: commentAt(this.#comments, [...path, index]),
      })) ??
      Object.entries(value as Data).map(([name, field]) => ({
        key: `${property(name)}: `,
        text: (taken: number) => this.print(field, [...path, name], inner, taken),
        comment: commentAt(this.#comments, [...path, name]),
      }));
    const [open, close] = items ? ["[", "]"] : ["{", "}"];
    if (parts.length === 0) return `${open}${close}`;
    if (!isCommentedWithin(this.#comments, path)) {
      const line = parts.map(({ key, text }) => `${key}${text(0)}`).join(", ");
      const flat = items ? `[${line}]` : `{ ${line} }`;
      if (!flat.includes("\n") && indent.length + taken + flat.length + 1 <= WIDTH) return flat;
    }
    const lines = parts.map(({ key, text, comment }, index) => [
      // A comment begins a group of its own.
      ...(comment !== undefined && index > 0 ? [""] : []),
      ...(comment === undefined ? [] : wrapped(comment, WIDTH - inner.length - 3).map(line => `${inner}// ${line}`)),
      `${inner}${key}${text(key.length)},`,
    ]);
    return `${open}\n${lines.flat().join("\n")}\n${indent}${close}`;
  }
}

/** JSON of the team's own, in which nothing has a meaning. */
const isPayload = (path: ConfigPath): boolean => path.includes("payload");

/** `secret("NAME")` and its kin, where the object is what they return. */
const referenceCall = (value: Data): { readonly name: string; readonly text: string } | undefined => {
  const keys = Object.keys(value);
  const { secret, optional, variable, output } = value;
  if (typeof secret === "string" && keys.length === (optional === undefined ? 1 : 2) && !("output" in value)) {
    if (optional !== undefined && typeof optional !== "boolean") return undefined;
    return {
      name: "secret",
      text: `secret(${literal(secret)}${optional === undefined ? "" : `, { optional: ${optional} }`})`,
    };
  }
  if (typeof variable === "string" && keys.length === 1)
    return { name: "variable", text: `variable(${literal(variable)})` };
  if (isData(output) && keys.length === 1 && Object.keys(output).sort().join() === "name,step")
    return { name: "output", text: `output(${literal(output.step)}, ${literal(output.name)})` };
  return undefined;
};

const literal = (value: unknown): string => {
  if (typeof value === "string") return quoted(value);
  return Object.is(value, -0) ? "-0" : String(value);
};

/** Double quotes; what would not be seen, or would turn the direction of the text, is written as an escape. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029\ufeff]/gu, character =>
    [...Array(character.length).keys()]
      .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );

const property = (name: string): string => {
  // As a plain key it would set the prototype.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
};
