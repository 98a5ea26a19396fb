import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConfigPath } from "../../src/config/issues.ts";
import { loadConfig } from "../../src/config/load.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { nodeHost } from "../../src/host/node.ts";
import type { ConfigInput } from "../../src/index.ts";
import type { Comment } from "../../src/init/comments.ts";
import { minimal } from "../../src/init/minimal.ts";
import { writeConfig } from "../../src/init/write-config.ts";
import * as arbitrary from "../support/arbitrary.ts";
import { emptyFolder } from "../support/folders.ts";

const { files } = nodeHost();
const root = emptyFolder();
mkdirSync(join(root, ".git"));
let count = 0;

const FILE = { script: "ts", yaml: "yaml" } as const;
type Form = keyof typeof FILE;

/** What a written config means to those who load it. */
const loaded = async (text: string, form: Form): Promise<unknown> => {
  count += 1;
  const folder = join(root, String(count));
  mkdirSync(folder);
  const path = join(folder, `pipeline.config.${FILE[form]}`);
  writeFileSync(path, text);
  const result = await loadConfig(path, { files, root });
  if (!result.ok) throw new Error(`${JSON.stringify(result.diagnostics)}\n${text}`);
  return plain(result.value.value);
};

/** As own data: what the loader hands out may have other prototypes. */
const plain = (value: unknown): unknown => structuredClone(value);

/** What a config means, with every default filled in. */
const meaning = (config: unknown) => parseConfig(config, { configFile: "", lockFile: "", position: () => undefined });

/** Comments on any places of a config, with any text. */
const commented = arbitrary.config.chain(config =>
  fc
    .array(
      fc.record({ path: fc.constantFrom(...pathsOf(config)), text: fc.string({ unit: "binary", maxLength: 150 }) }),
      {
        maxLength: 4,
      },
    )
    .map(comments => [config, comments] as const),
);

const pathsOf = (value: unknown, path: ConfigPath = []): readonly ConfigPath[] => [
  path,
  ...(typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, child]) =>
        pathsOf(child, [...path, Array.isArray(value) ? Number(key) : key]),
      )
    : []),
];

test.each(["script", "yaml"] as const)("init: any config is written as %s so that it is read back as it was", form =>
  fc.assert(
    fc.asyncProperty(commented, async ([config, comments]) => {
      const text = await writeConfig(config, comments, form);
      expect(await loaded(text, form)).toEqual(plain(config));
    }),
    { numRuns: 100 },
  ),
);

test("init: what is left of a config without its defaults means what all of it meant", () =>
  fc.assert(
    fc.property(arbitrary.config, config => {
      const meant = meaning(config);
      expect(meant.ok).toBe(true);
      expect(meaning(minimal(config))).toEqual(meant);
    }),
    { numRuns: 30 },
  ));

test("init: whatever more is left out of such a config changes its meaning", () =>
  fc.assert(
    fc.property(arbitrary.pipeline, config => {
      const small = minimal(config) as Readonly<Record<string, unknown>>;
      const meant = meaning(config);
      for (const key of Object.keys(small).filter(key => key !== "name"))
        expect(meaning({ ...small, [key]: undefined }), key).not.toEqual(meant);
    }),
    { numRuns: 20 },
  ));

const base: ConfigInput = { name: "churn" };

test.each([
  ["a default that is written out", { ...base, root: ".", nightly: { cron: "0 6 * * *" } }, base],
  [
    "a default within a group",
    { ...base, python: { version: "3.12", installer: "pip" } },
    { ...base, python: { version: "3.12" } },
  ],
  [
    "what follows from another field",
    { ...base, python: { installer: "uv", install: ["uv pip install -e ."] }, deploy: { container: "churn-api" } },
    { ...base, python: { installer: "uv" } },
  ],
  [
    "a default within a list",
    { ...base, images: [{ name: "api", dockerfile: "Dockerfile", context: "." }] },
    { ...base, images: [{ name: "api", dockerfile: "Dockerfile" }] },
  ],
  [
    "defaults of each of several pipelines",
    { pipelines: [{ ...base, root: "a", defaultBranch: "main" }] },
    { pipelines: [{ ...base, root: "a" }] },
  ],
] satisfies readonly (readonly [string, ConfigInput, ConfigInput])[])("init: %s is left out", (_, config, expected) => {
  expect(minimal(config)).toEqual(expected);
});

const small: ConfigInput = {
  name: "churn",
  images: [],
  dvc: {
    remote: { url: "s3://data/churn", credentials: { secret: "DVC_REMOTE_CREDENTIALS", optional: true } },
    stages: { drift: false, train: ["fit", "validate"] },
  },
  deploy: { aws: { region: { variable: "AWS_REGION" } }, smoke: { predict: { payload: { secret: "of the trade" } } } },
};
const comments: readonly Comment[] = [
  { path: [], text: "The delivery of churn." },
  { path: ["dvc"], text: "From dvc.yaml." },
  { path: ["dvc", "remote", "url"], text: "From .dvc/config: */ the default remote." },
];

test("init: a TypeScript config has the order of the schema, imports what it uses, and says where values come from", async () => {
  expect(
    await writeConfig(small, comments, "script"),
  ).toBe(`import { defineConfig, secret, variable } from "creditrisk-ci";

/**
 * The delivery of churn.
 */
export default defineConfig({
  name: "churn",

  // From dvc.yaml.
  dvc: {
    stages: { train: ["fit", "validate"], drift: false },
    remote: {
      // From .dvc/config: */ the default remote.
      url: "s3://data/churn",
      credentials: secret("DVC_REMOTE_CREDENTIALS", { optional: true }),
    },
  },
  images: [],
  deploy: {
    aws: { region: variable("AWS_REGION") },
    smoke: { predict: { payload: { secret: "of the trade" } } },
  },
});
`);
});

test("init: a YAML config has the same order and comments, and ends with the line that names its schema", async () => {
  expect(await writeConfig(small, comments, "yaml")).toBe(`# The delivery of churn.

name: churn

# From dvc.yaml.
dvc:
  stages:
    train:
      - fit
      - validate
    drift: false
  remote:
    # From .dvc/config: */ the default remote.
    url: s3://data/churn
    credentials: { secret: DVC_REMOTE_CREDENTIALS, optional: true }
images: []
deploy:
  aws:
    region: { variable: AWS_REGION }
  smoke:
    predict:
      payload: { secret: of the trade }

# yaml-language-server: $schema=pipeline.schema.json
`);
});

test("init: the smallest config is three lines", async () => {
  expect(await writeConfig(base, [], "script")).toBe(
    'import { defineConfig } from "creditrisk-ci";\n\nexport default defineConfig({ name: "churn" });\n',
  );
});

test.each(["script", "yaml"] as const)("init: text of any kind survives in a config written as %s", async form => {
  const texts = [
    'it\'s "quoted" and \\ escaped',
    "first\nsecond\n  third: [x]\n",
    "日本 🎉 é \u00a0 \u2028 \u200b",
    "<<",
    "yes",
    "1e3",
    "# no comment",
    "$" + "{name} `x` $" + "{",
    "*/ // --- ...",
    "a".repeat(300),
  ];
  const payload = Object.fromEntries([
    ...texts.map((text, index) => [text, { [`${index}`]: [text, -0, 1e21, true, null, [[]], {}] }]),
    ["\u202egnp", "\u0007\u007f\u009b\ufeff"],
  ]) as Record<string, never>;
  const config: ConfigInput = { name: "x", deploy: { smoke: { predict: { payload } } } };
  const text = await writeConfig(config, [], form);
  // In a script, what a reader would not see, or would be misled by, is written as an escape.
  if (form === "script") expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\u2028]/u);
  expect(await loaded(text, form)).toEqual(config);
});
