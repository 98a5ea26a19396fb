import fc from "fast-check";
import { expect, test } from "vitest";
import { scriptPlaces } from "../../src/config/script-places.ts";

/** The text from a place on. */
const from = (source: string, path: readonly (string | number)[], typescript = true): string | undefined => {
  const place = scriptPlaces(source, typescript)(path);
  if (place === undefined) return undefined;
  return source
    .split("\n")
    .slice(place.line - 1)
    .join("\n")
    .slice(place.column - 1);
};

const source = `import { defineConfig, secret } from "creditrisk-ci";
const shared = { dvc: { push: true } };
type Named = { name: string };
export default defineConfig({
  ...shared,
  name: "creditrisk" satisfies Named["name"],
  "runners": { ci: \`ubuntu-\${24}\`, cd: ["a", { b: 1 }] },
  images: [{ name: "api", dockerfile: "Dockerfile" }, { name: "batch", dockerfile: f({ dockerfile: 2 }) }],
  deploy: { aws: { region: secret("AWS_REGION"), cluster }, smoke: false },
});
`;

test("script places: a value that is written out is found by its path", () => {
  expect(from(source, ["name"])).toMatch(/^"creditrisk"/);
  expect(from(source, ["runners", "ci"])).toMatch(/^`ubuntu/);
  expect(from(source, ["runners", "cd", 1, "b"])).toMatch(/^1 \}/);
  expect(from(source, ["images", 1, "dockerfile"])).toMatch(/^f\(/);
  expect(from(source, ["deploy", "aws", "region"])).toMatch(/^secret\("AWS_REGION"\)/);
  expect(from(source, ["deploy", "aws", "cluster"])).toMatch(/^cluster \}/);
  expect(from(source, ["deploy", "smoke"])).toMatch(/^false/);
});

test("script places: what is not written out has the place of what is around it", () => {
  expect(from(source, ["dvc", "push"])).toMatch(/^\{\n {2}\.\.\.shared/);
  expect(from(source, ["images", 1, "dockerfile", "dockerfile"])).toMatch(/^f\(/);
  expect(from(source, ["images", 7])).toMatch(/^\[\{ name: "api"/);
  expect(from(source, ["deploy", "smoke", "attempts"])).toMatch(/^false/);
  expect(from("export default defineConfig({ images: [...more, 1] })", ["images", 1])).toMatch(/^\[\.\.\.more/);
});

test("script places: a config without defineConfig has places too; one that is computed, or no code, has none", () => {
  expect(from("export default { name: 'x' };", ["name"])).toMatch(/^'x'/);
  expect(from("module.exports = { name: 1 }", ["name"], false)).toMatch(/^1 /);
  expect(from("export default make();", ["name"])).toBeUndefined();
  expect(from("export default defineConfig({ name: ", ["name"])).toBeUndefined();
});

test("property: script places: whatever the source is, the answer is a place in it or none", () => {
  const words = [
    "defineConfig",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "...",
    "name",
    "'a'",
    "`",
    "${",
    "export default",
    "\n",
    "=>",
    "1",
  ];
  const text = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map(parts => parts.join(" "));
  fc.assert(
    fc.property(text, fc.array(fc.oneof(fc.constantFrom("name", "a"), fc.nat(3)), { maxLength: 4 }), (code, path) => {
      const place = scriptPlaces(code, true)(path);
      if (place !== undefined) expect(place.line).toBeLessThanOrEqual(code.split("\n").length);
    }),
    { numRuns: 2000 },
  );
});
