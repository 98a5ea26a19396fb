import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { availability } from "../src/model/availability.ts";
import { onlyLevel, permissionScopes } from "../src/model/permission.ts";
import { planned } from "./support/plan.ts";

/** What `@actions/workflow-parser` reads workflows by. A definition's contexts hold for all that lies within it. */
interface Definition {
  readonly context?: readonly string[];
  readonly "one-of"?: readonly string[];
  readonly mapping?: {
    readonly properties?: Readonly<Record<string, string | { readonly type: string }>>;
    readonly "loose-value-type"?: string;
  };
  readonly sequence?: { readonly "item-type": string };
}

const expressions = createRequire(import.meta.url).resolve("yaml/package.json");
const schema = join(dirname(expressions), "../@actions/workflow-parser/dist/workflow-v1.0.min.json");
const { definitions } = JSON.parse(readFileSync(schema, "utf8")) as {
  readonly definitions: Readonly<Record<string, Definition>>;
};

/** The contexts and functions at a key, once for each way of reaching it. */
const follow = (
  name: string,
  path: readonly string[],
  inherited: readonly string[],
): readonly (readonly string[])[] => {
  const { context = [], "one-of": options, mapping, sequence } = definitions[name] ?? {};
  const offered = [...inherited, ...context.map(entry => entry.replace(/\(.*\)/, "()"))];
  const [key, ...rest] = path;
  if (key === undefined) return [[...new Set(offered)].sort()];
  if (options) return options.flatMap(option => follow(option, path, offered));
  if (sequence) return follow(sequence["item-type"], path, offered);
  const property = key.startsWith("<") ? mapping?.["loose-value-type"] : mapping?.properties?.[key];
  if (property === undefined) return [];
  return follow(typeof property === "string" ? property : property.type, rest, offered);
};

describe.for(Object.entries(availability))("availability: %s", ([key, offered]) => {
  const reached = follow("workflow-root-strict", key.split("."), []);

  test("is a key of GitHub's schema", () => {
    expect(reached.length).toBeGreaterThan(0);
  });

  test("offers the contexts and functions GitHub's parser allows there", () => {
    for (const allowed of reached) expect([...offered].sort()).toEqual(allowed);
  });
});

test("availability: a context GitHub does not offer would be noticed", () => {
  const [allowed] = follow("workflow-root-strict", ["jobs", "<job_id>", "if"], []);
  expect(allowed).not.toContain("secrets");
  expect(allowed).toContain("needs");
});

describe.for(permissionScopes.map(scope => [scope] as const))("availability: the permission %s", ([scope]) => {
  const property = definitions["permissions-mapping"]?.mapping?.properties?.[scope];
  const type = typeof property === "string" ? property : property?.type;

  test("is a scope of GitHub's schema, with the levels it has there", () => {
    expect(type).toBe(
      {
        write: "permission-level-write-or-no-access",
        read: "permission-level-read-or-no-access",
        any: "permission-level-any",
      }[onlyLevel[scope] ?? "any"],
    );
  });

  test("is refused at a level it does not have", () => {
    for (const access of ["read", "write"] as const) {
      const result = planned({ name: "a", permissions: { ci: { quality: { [scope]: { access, reason: "why" } } } } });
      const allowed = (onlyLevel[scope] ?? access) === access;
      expect(result.ok).toBe(allowed);
      if (!result.ok) expect(result.diagnostics[0]?.message).toContain(`quality.${scope}.access`);
    }
  });
});
