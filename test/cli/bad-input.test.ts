// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub, as somebody might write them
import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Repository } from "../support/repo.ts";
import { CONFIG, config, repository } from "../support/repo.ts";

const images = (count: number) =>
  `images: [${Array.from({ length: count }, (_, index) => `{ name: "i${index}", dockerfile: "D" }`)}], deploy: false`;
const typescript = (text: string) => ({ [CONFIG]: text });
const fields = (text: string) => typescript(config(text));
const yaml = (text: string) => ({ "pipeline.config.yaml": text });
const json = (text: string) => ({ "pipeline.config.json": text });

/** What is wrong, the files, the codes reported in order, and what the report must name: the place, and what to do. */
const cases: readonly (readonly [
  string,
  Readonly<Record<string, string | Uint8Array>>,
  string | readonly string[],
  ...string[],
])[] = [
  // The config as a file.
  ["no config", {}, "config/not-found", "pipeline.config.ts"],
  ["two configs", { ...fields(""), ...yaml("name: x\n") }, "config/ambiguous", "--config"],
  [
    "a config that throws",
    typescript('throw new Error("no such luck");'),
    "config/threw",
    "pipeline.config.ts:1",
    "no such luck",
  ],
  ["a config that throws text", typescript('throw "luck";'), "config/threw", "luck"],
  ["a config that exports nothing", typescript("export const x = 1;"), "config/no-export", "export default"],
  ["an empty config", typescript(""), "config/no-export", "export default"],
  ["a config that exports a function", typescript("export default () => ({});"), "config/no-export"],
  [
    "a config that does not parse",
    typescript("export default {\n  name: ;\n};"),
    "config/syntax",
    "pipeline.config.ts:2",
  ],
  ["a config that never settles", typescript("export default await new Promise(() => {});"), "config/never-settles"],
  ["a config that ends the process", typescript("process.exit(0);"), "config/threw", "process.exit"],
  [
    "a circular import",
    {
      ...typescript('import "./a.ts";\nimport { b } from "./a.ts";\nexport const c = b;\nexport default { name: c };'),
      "a.ts": 'import { c } from "./pipeline.config.ts";\nexport const b = c + "x";',
    },
    "config/circular-import",
  ],
  [
    "an import that is not there",
    typescript('import { x } from "./shared";\nexport default { name: x };'),
    "config/import-not-found",
    "pipeline.config.ts:1",
    "./shared",
  ],
  [
    "a package that is not there",
    typescript('import x from "left-pad";\nexport default { name: x };'),
    "config/import-not-found",
    "left-pad",
  ],
  ["a config that is not UTF-8", { [CONFIG]: Buffer.from([0xff, 0xfe, 0x00]) }, "config/encoding"],
  ["broken JSON", json('{\n  "name": "x",\n}'), "config/syntax", "pipeline.config.json:3:1"],
  ["broken YAML", yaml("name: x\nbad: [\n"), "config/syntax", "pipeline.config.yaml:3:1"],
  ["YAML that is a list", yaml("- name: x\n"), "config/no-export"],
  ["an empty YAML", yaml(""), "config/no-export"],
  ["a key twice", yaml("name: x\nname: y\n"), "config/syntax", "pipeline.config.yaml:2:1"],
  // Single fields.
  [
    "no name",
    typescript('import { defineConfig } from "creditrisk-ci";\nexport default defineConfig({} as never);'),
    "config/missing",
    "`name` is missing",
  ],
  ["an unknown key", fields("imgaes: []"), "config/unknown-key", "did you mean `images`?"],
  [
    "an unknown key deep inside",
    fields("deploy: { smoke: { predict: { expects: '.x' } } }"),
    "config/unknown-key",
    "`deploy.smoke.predict.expects`",
    "did you mean `expect`?",
  ],
  [
    "a wrong type deep inside",
    fields('deploy: { smoke: { attempts: "ten" } }'),
    "config/invalid-type",
    '`deploy.smoke.attempts` must be a number, but is "ten"',
  ],
  [
    "a wrong type in a list",
    fields('images: [{ name: "api", dockerfile: 7 }]'),
    "config/invalid-type",
    "`images[0].dockerfile` must be text, but is 7",
  ],
  ["null", fields("images: null"), "config/invalid-type", "but is null"],
  ["a function", fields("root: () => 1"), "config/invalid-type", "a function"],
  ["a wrong choice", fields('python: { installer: "pi" }'), "config/invalid-value", "did you mean `pip`?"],
  [
    "an expression",
    fields("promote: { command: 'echo ${{ github.token }}' }"),
    "config/invalid-value",
    "`promote.command`",
    "secret()",
  ],
  ["an expression in a key", fields("checks: { 'a${{ x }}': 'true' }"), "config/inconsistent", "checks"],
  ["a NUL", fields(String.raw`deploy: { environment: "a\u0000b" }`), "config/invalid-value", "control character"],
  [
    "an escape character",
    fields(String.raw`deploy: { environment: "\u001b[31m" }`),
    "config/invalid-value",
    "control character",
  ],
  [
    "a line feed in a line",
    fields(String.raw`deploy: { environment: "a\nb" }`),
    "config/invalid-value",
    "control character",
  ],
  [
    "an override of the direction of text",
    fields(String.raw`deploy: { environment: "a\u202eb" }`),
    "config/invalid-value",
    "control character",
  ],
  ["a path that leaves the repository", fields('root: "../other"'), "config/invalid-value", "`root`", "`..`"],
  [
    "a path that leaves it in the middle",
    fields('freshness: { report: "a/../../b" }'),
    "config/invalid-value",
    "`freshness.report`",
  ],
  ["an absolute path", fields('freshness: { report: "/etc/passwd" }'), "config/invalid-value", "`freshness.report`"],
  ["backslashes", fields(String.raw`root: "a\\b"`), "config/invalid-value", "forward slashes"],
  [
    "a name with upper case",
    typescript(config("", "CreditRisk")),
    "config/invalid-value",
    "kebab-case",
    '"CreditRisk"',
  ],
  ["a name with quotes", typescript(config("", 'a"b')), "config/invalid-value", "kebab-case"],
  ["an empty name", typescript(config("", "")), "config/invalid-value", "must not be empty"],
  ["a name that is too long", typescript(config("", "a".repeat(51))), "config/out-of-range", "at most 50 characters"],
  [
    "a secret name with a prefix of GitHub",
    fields('mlflow: { trackingUri: secret("GITHUB_X") }'),
    "config/invalid-value",
    "GITHUB_",
  ],
  ["a cron of six fields", fields('nightly: { cron: "0 0 6 * * *" }'), "config/invalid-value", "five fields", "not 6"],
  ["a cron with minute 60", fields('nightly: { cron: "60 6 * * *" }'), "config/invalid-value", "within 0-59"],
  ["a cron of every minute", fields('nightly: { cron: "* * * * *" }'), "config/invalid-value", "every 5 minutes"],
  ["a cron nickname", fields('nightly: { cron: "@daily" }'), "config/invalid-value", "five fields"],
  [
    "an unknown time zone",
    fields('nightly: { timezone: "Europe/Atlantis" }'),
    "config/invalid-value",
    "IANA time zone",
  ],
  ["an offset for a time zone", fields('nightly: { timezone: "+02:00" }'), "config/invalid-value", "IANA time zone"],
  ["300 images", fields(images(300)), "config/out-of-range", "`images` must be at most 100 items"],
  [
    "a file in a folder",
    fields('files: { ci: "sub/ci.yaml" }'),
    "config/invalid-value",
    "`files.ci`",
    "without folders",
  ],
  ["a file that GitHub does not read", fields('files: { ci: "ci.txt" }'), "config/invalid-value", "`files.ci`"],
  ["a share above one", fields("nightly: { retrain: { threshold: 30 } }"), "config/out-of-range", "at most 1"],
  ["half a minute", fields("timeouts: { train: 0.5 }"), "config/invalid-type", "`timeouts.train`"],
  // Fields that do not fit each other.
  [
    "an image name twice",
    fields('images: [{ name: "api", dockerfile: "A" }, { name: "api", dockerfile: "B" }]'),
    "config/inconsistent",
    "`images[1].name` is used twice",
  ],
  [
    "a deployed image that is not built",
    fields('deploy: { image: "apy" }'),
    "config/inconsistent",
    "did you mean `api`?",
  ],
  ["one file for two workflows", fields('files: { ci: "x.yaml", cd: "x.yaml" }'), "config/inconsistent", "x.yaml"],
  ["no workflow at all", fields("files: { ci: false, cd: false, nightly: false }"), "config/inconsistent", "`files`"],
  [
    "pull requests on a machine of the team",
    fields('runners: { ci: "gpu-box" }'),
    "config/inconsistent",
    "allowSelfHostedPullRequests",
  ],
  ["a check with the id of a step", fields('checks: { checkout: "true" }'), "config/inconsistent", "`checks.checkout`"],
  [
    "a pipeline name twice",
    yaml("pipelines:\n  - { name: a, root: a }\n  - { name: a, root: b }\n"),
    "config/inconsistent",
    "`pipelines[1].name` is used twice",
    "pipeline.config.yaml:3",
  ],
  ["no pipeline", yaml("pipelines: []\n"), "config/out-of-range", "`pipelines` must be at least 1 item"],
  ["pipelines and fields of one", yaml("name: x\npipelines: [{ name: a }]\n"), "config/unknown-key", "`name`"],
  [
    "a pipeline with a problem",
    yaml("pipelines:\n  - name: a\n    rot: a\n"),
    "config/unknown-key",
    "`pipelines[0].rot`",
    "did you mean `root`?",
    "pipeline.config.yaml:3:10",
  ],
  // Several at once.
  [
    "many problems",
    yaml(
      "name: My Model\nrunners: { ci: 5 }\nnightly:\n  cron: 0 0 6 * * *\n  timezone: Mars/Base\nimages:\n  - name: api\n    dockerfle: D\n",
    ),
    [
      "config/invalid-value",
      "config/invalid-type",
      "config/invalid-value",
      "config/invalid-value",
      "config/missing",
      "config/unknown-key",
    ],
    "pipeline.config.yaml:1:7",
    "pipeline.config.yaml:2:16",
    "pipeline.config.yaml:4:9",
    "pipeline.config.yaml:5:13",
    "pipeline.config.yaml:8:16",
  ],
];

const empty = (repo: Repository) =>
  Object.keys(repo.snapshot()).filter(path => path.startsWith(".github") || path.includes("lock"));

test.for(cases)("bad input: %s", async ([, files, codes, ...texts]) => {
  const repo = repository(files);
  const human = await repo.cli("generate");
  expect({ code: human.code, stdout: human.stdout }).toEqual({ code: 2, stdout: "" });
  const reported = [...human.stderr.matchAll(/(?:error|warning): .* \[(\S+)\](?=\n {2}→ |\n|$)/g)].map(
    ([, code]) => code,
  );
  expect(human.stderr).toMatch(/\n {2}→ \S/);
  expect(reported.toSorted()).toEqual([codes].flat().toSorted());
  for (const text of texts) expect(human.stderr).toContain(text);
  expect(human.stderr).not.toContain(String.fromCharCode(27));
  expect(empty(repo)).toEqual([]);

  const { code, stdout } = await repo.cli("check", "--format", "json");
  expect(code).toBe(2);
  const { diagnostics } = JSON.parse(stdout);
  for (const { message, severity, file, hint } of diagnostics) {
    expect({ message, hint, severity }).toEqual({
      message: expect.stringMatching(/\S/),
      hint: expect.stringMatching(/\S/),
      severity: "error",
    });
    if (codes !== "config/not-found") expect(file).toMatch(/^pipeline\.config|^a\.ts/);
  }
});

test("a config with an error of types only is taken: types are the editor's business", async () => {
  const repo = repository(typescript("const n: number = 'x' as never;\nvoid n;\nexport default { name: 'typed' };"));
  expect(await repo.cli("generate", "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("--config may not name a folder, a file of another kind, or nothing", async () => {
  const repo = repository({ "x.toml": "name = 1\n" });
  mkdirSync(repo.at("folder"));
  for (const [path, code] of [
    ["folder", "config/not-a-file"],
    ["x.toml", "config/unknown-format"],
    ["missing.ts", "config/not-found"],
    ["", "config/not-a-file"],
  ] as const) {
    const { code: exit, stdout, stderr } = await repo.cli("check", "--config", path);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(`[${code}]\n  → `);
  }
});

test("a config larger than sense is answered in good time", async () => {
  const repo = repository();
  writeFileSync(repo.at("pipeline.config.json"), JSON.stringify({ name: "x".repeat(5_000_000) }));
  const { code, stderr } = await repo.cli("check");
  expect(code).toBe(2);
  expect(stderr.length).toBeLessThan(2000);
});
