import fc from "fast-check";
import type { ConfigInput } from "../../src/index.ts";
import type { PermissionScope } from "../../src/model/permission.ts";
import { onlyLevel, permissionScopes } from "../../src/model/permission.ts";

type Pipeline = Extract<ConfigInput, { name: string }>;

/** What looks like YAML, shell, an expression or a number, and is but text. */
const ugly = [
  ..."'\"`#:-*&!|>%@{}[],?\\~=$<^ ",
  ...[
    "- ",
    "? ",
    "* ",
    "& ",
    ": ",
    " #",
    "! ",
    "${ {",
    "}}",
    "$(x)",
    "yes",
    "No",
    "null",
    "1e3",
    "0x1F",
    "012",
    ".inf",
  ],
  ...["---", "...", "<<", "\\n", "%0A", "::set-output", "é", "日本", "🎉", "\u00a0", "a", "B", "7", "_"],
];
const isText = (text: string) => text.trim() !== "" && !text.includes("${{") && text.length <= 200;
/** One line of any text a config may hold. */
export const line = fc
  .oneof(fc.constantFrom(...ugly), fc.string({ unit: fc.constantFrom(...ugly), minLength: 1, maxLength: 12 }))
  .filter(isText);
const script = fc.array(line, { minLength: 1, maxLength: 4 }).map(lines => lines.join("\n"));

const matching = (pattern: RegExp) => fc.stringMatching(pattern).filter(text => text.length <= 40);
const kebab = matching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4}){0,2}$/);
const name = matching(/^[A-Z][A-Z0-9_]{0,12}$/).filter(text => !text.startsWith("GITHUB_"));
const part = fc
  .string({
    unit: fc.constantFrom("a", "b", "é", ".", "-", "_", "'", '"', " ", "#", ":", "&", "%", "7"),
    minLength: 1,
    maxLength: 8,
  })
  .filter(text => text.trim() !== "" && !/^[~-]|^\.+$|^[A-Za-z]:/.test(text));
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join("/"));
const glob = fc.oneof(
  path,
  path.map(folder => `${folder}/**`),
  path.map(file => `${file}.*`),
);
const branch = fc.constantFrom("main", "trunk", "release/2.x", "a_b-c.d", "1e3", "007", "null", "on");
const stage = matching(/^[a-z_]{1,9}(@[a-z0-9]{1,3})?$/);
const stages = fc.oneof(stage, fc.array(stage, { minLength: 1, maxLength: 3 }));
const urlPath = matching(/^\/[A-Za-z0-9._~!$&'()*+,;=:@%?-]{0,12}$/);
const minutes = (most: number) => fc.integer({ min: 1, max: most });

const secret = fc.record({ secret: name, optional: fc.boolean() }, { requiredKeys: ["secret"] });
const variable = fc.record({ variable: name });
const value = fc.oneof(line, secret, variable);

/** Every field present or absent, at random. */
const some = <T extends Record<string, unknown>>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });
const orFalse = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: fc.constant(false as const) });

const label = matching(/^[a-z]{1,6}-[a-z0-9]{1,6}$/).filter(text => !/^(windows|macos)-/.test(text));
const labels = fc.oneof(label, fc.array(label, { minLength: 1, maxLength: 3 }));
const runner = fc.oneof(
  fc.constantFrom("ubuntu-latest", "ubuntu-24.04"),
  labels,
  fc.record({ group: line, labels }, { requiredKeys: ["group"] }),
);

const check = fc.oneof(
  line,
  fc.constant(false as const),
  fc.record({ command: line, name: line, advisory: fc.boolean() }, { requiredKeys: ["command"] }),
);
const artifacts = fc.array(
  fc.oneof(glob, fc.record({ path: glob, required: fc.boolean() }, { requiredKeys: ["path"] })),
  { minLength: 1, maxLength: 4 },
);

const access = fc.constantFrom("read" as const, "write" as const);
const scopes = fc
  .dictionary(fc.constantFrom(...permissionScopes), fc.record({ access, reason: line }), { maxKeys: 2 })
  .map(granted =>
    Object.fromEntries(
      Object.entries(granted).map(([scope, permission]) => [
        scope,
        { ...permission, access: onlyLevel[scope as PermissionScope] ?? permission.access },
      ]),
    ),
  );

const env = fc.dictionary(name, fc.oneof(line, variable), { maxKeys: 3 });
const when = fc.constantFrom("success" as const, "failure" as const, "always" as const);
const step = fc.oneof(
  fc.record(
    { name: line, run: script, env, when, timeoutMinutes: minutes(360), workingDirectory: path },
    { requiredKeys: ["name", "run"] },
  ),
  fc.record(
    { name: line, uses: fc.constant("actions/setup-node"), with: fc.record({ "node-version": line }), env, when },
    { requiredKeys: ["name", "uses"] },
  ),
);
/** Steps whose ids no other step has. */
const stepsNamed = (prefix: string) =>
  fc
    .array(step, { minLength: 1, maxLength: 2 })
    .map(steps => steps.map((one, index) => ({ ...one, id: `${prefix}${index}` })));
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** The last of them takes over the id of the step they replace: later steps read it. */
const inItsPlace = (steps: readonly (Step & { readonly id: string })[]): (Step & { id?: string | undefined })[] =>
  steps.map((one, index) => (index < steps.length - 1 ? one : { ...one, id: undefined }));
const addedJob = fc.record(
  {
    name: line,
    steps: stepsNamed("job"),
    environment: line,
    timeoutMinutes: minutes(360),
    runsOn: labels,
    workingDirectory: path,
    permissions: scopes,
  },
  { requiredKeys: ["name", "steps"] },
);
const jobs = fc.dictionary(
  kebab.map(id => `own-${id}`),
  addedJob,
  { maxKeys: 2 },
);
const around = (step: string) =>
  some({
    before: fc.record({ [step]: stepsNamed("before") }),
    after: fc.record({ [step]: stepsNamed("after") }),
    replace: fc.record({ [step]: stepsNamed("replace").map(inItsPlace) }),
  });

const smoke = some({
  baseUrl: value,
  health: urlPath,
  predict: some({
    path: urlPath,
    payload: fc.oneof(
      path,
      fc.dictionary(line, fc.jsonValue({ maxDepth: 2 })).filter(json => !JSON.stringify(json).includes("${{")),
    ),
    expect: line,
  }),
  attempts: fc.integer({ min: 1, max: 100 }),
  delaySeconds: fc.integer({ min: 0, max: 300 }),
});

/** Any valid config of one pipeline, with every field the schema has. */
export const pipeline: fc.Arbitrary<Pipeline> = fc
  .record(
    {
      name: kebab,
      root: path,
      defaultBranch: branch,
      files: some({ ci: orFalse(fc.constant("prove.yml")), nightly: orFalse(fc.constant("night.yaml")) }),
      runners: fc.record(
        { ci: runner, cd: runner, nightly: runner, allowSelfHostedPullRequests: fc.constant(true) },
        { requiredKeys: ["allowSelfHostedPullRequests"] },
      ),
      python: some({
        version: fc.constantFrom("3.10", "3.11", "3.12.4"),
        installer: fc.constantFrom("pip" as const, "uv" as const),
        install: fc.array(line, { minLength: 1, maxLength: 3 }),
        lockFiles: fc.array(glob, { minLength: 1, maxLength: 3 }),
      }),
      checks: fc
        .tuple(
          some({ lint: check, security: check, compile: check, test: check }),
          fc.dictionary(
            kebab.map(id => `own-${id}`),
            check,
            { maxKeys: 2 },
          ),
        )
        .map(([ours, own]) => ({ ...ours, ...own })),
      dvc: some({
        stages: some({ train: stages, drift: fc.oneof(stages, fc.constant(false as const)) }),
        remote: orFalse(some({ name: kebab, url: value, credentials: orFalse(secret) })),
        push: fc.boolean(),
        staleLock: fc.constantFrom("ignore" as const, "warn" as const, "fail" as const),
      }),
      mlflow: orFalse(some({ trackingUri: value, token: orFalse(secret) })),
      freshness: orFalse(
        some({
          command: line,
          report: path,
          maxAgeHours: some({ cd: fc.integer({ min: 1, max: 999 }), nightly: fc.constantFrom(0.5, 36) }),
        }),
      ),
      images: fc
        .uniqueArray(
          fc.record(
            {
              name: kebab,
              dockerfile: path,
              context: path,
              platforms: fc.array(fc.constantFrom("linux/amd64", "linux/arm64", "linux/arm/v7"), { maxLength: 2 }),
              buildArgs: fc.dictionary(name, line, { maxKeys: 2 }),
              attest: fc.boolean(),
            },
            { requiredKeys: ["name", "dockerfile"] },
          ),
          { selector: image => image.name, maxLength: 2 },
        )
        .map(images => [{ name: "api", dockerfile: "Dockerfile" }, ...images.filter(image => image.name !== "api")]),
      deploy: orFalse(
        some({
          container: line,
          aws: some({
            auth: fc.oneof(fc.constant("accessKeys" as const), fc.record({ role: value })),
            region: value,
            cluster: value,
            service: value,
          }),
          stabilityMinutes: minutes(120),
          smoke: orFalse(smoke),
          environment: line,
        }),
      ),
      promote: orFalse(
        some({
          command: line,
          when: some({ exists: orFalse(path), passed: orFalse(path) }),
          evidence: path,
          environment: line,
        }),
      ),
      artifacts: some({ retentionDays: fc.integer({ min: 1, max: 400 }), bundle: artifacts, nightly: artifacts }),
      nightly: some({
        cron: fc.constantFrom("0 6 * * *", "*/10 1-5 * JAN-MAR mon", "17 5 1,15 * *"),
        timezone: fc.constantFrom("UTC", "Europe/Berlin", "America/Argentina/Ushuaia"),
        monitor: some({ command: line }),
        retrain: orFalse(
          some({
            trigger: path,
            report: path,
            threshold: fc.constantFrom(0, 0.3, 1),
            command: line,
            mode: fc.constantFrom("inline" as const, "dispatch" as const),
          }),
        ),
      }),
      notify: fc.record(
        {
          slack: secret,
          webhook: fc.record({ url: secret, hmac: secret }, { requiredKeys: ["url"] }),
          on: fc.uniqueArray(fc.constantFrom("success" as const, "failure" as const), { minLength: 1 }),
        },
        { requiredKeys: ["slack"] },
      ),
      environments: some({ train: line, nightly: line, notify: line }),
      timeouts: some({
        quality: minutes(360),
        workflows: minutes(360),
        ci: minutes(360),
        train: minutes(7200),
        image: minutes(360),
        promote: minutes(360),
        notify: minutes(60),
        refresh: minutes(7200),
        retrain: minutes(7200),
      }),
      permissions: some({
        ci: fc.record({ quality: scopes }),
        cd: fc.record({ train: scopes }),
        nightly: fc.record({ refresh: scopes }),
      }),
      extend: some({
        ci: some({ quality: around("dvc"), jobs }),
        cd: some({ train: around("summary"), "image-api": around("build"), jobs }),
        nightly: some({ refresh: around("monitor"), jobs }),
      }),
    },
    { requiredKeys: ["name", "images", "runners"] },
  )
  .map(config => config as Pipeline);

/** One pipeline, or several whose names differ. */
export const config: fc.Arbitrary<ConfigInput> = fc.oneof(
  { weight: 4, arbitrary: pipeline },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(pipeline, { selector: ({ name }) => name, minLength: 1, maxLength: 2 })
      .map(pipelines => ({ pipelines })),
  },
);
