import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { packageFolder, runCli } from "../support/cli.ts";
import { emptyFolder, repository } from "../support/repo.ts";

type Schema = Readonly<Record<string, unknown>> & {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
};

const schema = async (): Promise<Schema> => {
  const { code, stdout, stderr } = await runCli(emptyFolder(), ["schema"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};

const validator = async () =>
  new Ajv2020({ strict: false, allErrors: true, validateFormats: false }).compile(await schema());

const CONFIG = `# yaml-language-server: $schema=pipeline.schema.json
name: creditrisk
root: services/model
defaultBranch: trunk
runners: { cd: [self-hosted, gpu], nightly: { group: night, labels: big } }
python: { installer: uv, lockFiles: [uv.lock] }
checks: { lint: ruff check ., types: { command: mypy src, advisory: true }, compile: false }
dvc: { stages: { train: [train, validate] }, remote: { url: { variable: DVC_URL } }, push: true }
mlflow: { token: false }
images: [{ name: api, dockerfile: Dockerfile, buildArgs: { A: "1" }, platforms: [linux/arm64] }]
deploy:
  aws: { auth: { role: { variable: AWS_ROLE } }, region: eu-central-1 }
  smoke: { predict: { payload: { rows: [1, 2.5, null] } } }
nightly: { cron: "30 4 * * 1-5", timezone: Europe/Berlin, retrain: { mode: dispatch } }
notify: { slack: { secret: SLACK_URL }, on: [failure] }
permissions: { ci: { quality: { checks: { access: write, reason: to report } } } }
extend: { ci: { quality: { after: { lint: [{ name: Say, run: "echo hello" }] } } } }
`;

test("the schema is a valid JSON Schema of 2020-12", async () => {
  const text = await schema();
  expect(text.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  const ajv = new Ajv2020({ strict: false });
  expect(ajv.validateSchema(text), ajv.errorsText()).toBe(true);
});

test("a YAML config that names the schema is valid under it, and the tool takes it too", async () => {
  const validate = await validator();
  expect(validate(parse(CONFIG)), JSON.stringify(validate.errors)).toBe(true);
  const repo = repository({ "pipeline.config.yaml": CONFIG });
  expect(await repo.cli("generate", "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("several pipelines are valid under the schema", async () => {
  const validate = await validator();
  expect(validate({ pipelines: [{ name: "a", root: "a" }, { name: "b" }] }), JSON.stringify(validate.errors)).toBe(
    true,
  );
  expect(validate({ pipelines: [] })).toBe(false);
  expect(validate({ pipelines: [{ root: "a" }] })).toBe(false);
});

test.for([
  ["no name", "root: x"],
  ["a misspelt key", "name: x\nimgaes: []"],
  ["a misspelt key deep inside", "name: x\ndeploy: { smoke: { atempts: 3 } }"],
  ["a number for text", "name: x\npython: { version: 3.11 }"],
  ["text for a number", "name: x\ntimeouts: { train: '60' }"],
  ["a number out of range", "name: x\nnightly: { retrain: { threshold: 30 } }"],
  ["a wrong choice", "name: x\npython: { installer: conda }"],
  ["a name with upper case", "name: CreditRisk"],
  ["a secret as text", "name: x\nnotify: { slack: SLACK_URL }"],
  ["an unknown scope", "name: x\npermissions: { ci: { quality: { content: { access: read, reason: r } } } }"],
] as const)("a typical mistake fails under the schema: %s", async ([, text]) => {
  const validate = await validator();
  expect(validate(parse(text))).toBe(false);
});

/** Every property of a schema, by path, whether it stands there or is referred to. */
const fields = (part: Schema, path: string, all: Schema): readonly (readonly [string, Schema])[] => {
  const name = /^#\/\$defs\/(.+)$/.exec(String(part.$ref ?? ""))?.[1];
  const target = name === undefined ? undefined : (all.$defs as Readonly<Record<string, Schema>>)[name];
  return [
    ...Object.entries(part.properties ?? {}).flatMap(([key, value]): readonly (readonly [string, Schema])[] => [
      [`${path}${key}`, value],
      ...fields(value, `${path}${key}.`, all),
    ]),
    ...[...(part.anyOf ?? []), ...(target ? [target] : [])].flatMap(branch => fields(branch, path, all)),
  ];
};

test("every field is described, and the ones with a default show it", async () => {
  const all = await schema();
  const found = fields({ $ref: "#/$defs/Pipeline" }, "", all);
  expect(found.length).toBeGreaterThan(80);
  const reference = /(^|\.)(secret|optional|variable|output(\..*)?)$/;
  const definitions = all.$defs as Readonly<Record<string, Schema>>;
  const described = ({ description, $ref }: Schema) =>
    Boolean(description ?? definitions[String($ref).replace("#/$defs/", "")]?.description);
  const bare = found.filter(([path, value]) => !described(value) && !reference.test(path));
  expect(bare.map(([path]) => path)).toEqual([]);
  const shown = new Map(found.filter(([, value]) => "default" in value).map(([path, value]) => [path, value.default]));
  for (const [path, fallback] of [
    ["root", "."],
    ["defaultBranch", "main"],
    ["files.ci", "ci.yaml"],
    ["python.version", "3.11"],
    ["nightly.cron", "0 6 * * *"],
    ["deploy.stabilityMinutes", 30],
    ["nightly.retrain.threshold", 0.3],
  ] as const)
    expect([path, shown.get(path)]).toEqual([path, fallback]);
});

test("the schema in the package is the one that is printed", async () => {
  const { readFileSync } = await import("node:fs");
  expect(JSON.parse(readFileSync(`${packageFolder()}/dist/schema.json`, "utf8"))).toEqual(await schema());
});
