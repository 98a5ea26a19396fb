import { beforeAll, describe, expect, test } from "vitest";
import { pipelineSchema } from "../src/config/schema.ts";
import type { ConfigInput } from "../src/index.ts";
import { secret, variable } from "../src/index.ts";
import type { WorkflowName } from "../src/model/workflow-name.ts";
import { workflowNames } from "../src/model/workflow-name.ts";
import { fieldsOf } from "./support/fields.ts";
import { broken, unsightly } from "./support/invariants.ts";
import type { Findings } from "./support/linters.ts";
import { actionlint, languageServiceFindings, parserFindings, zizmor } from "./support/linters.ts";
import { lock, workflowsOf } from "./support/plan.ts";

type Variant = Omit<Extract<ConfigInput, { name: string }>, "name"> & { readonly name?: string };

/** Labels of runners that actionlint cannot know. */
const labels = ["gpu-linux", "big-linux"];

const role = { aws: { auth: { role: "arn:aws:iam::123456789012:role/deploy" } } };
const image = { name: "api", dockerfile: "Dockerfile.api" };
const own = { name: "Our own step", run: 'echo "ours"\n' };
const job = { name: "Our own job", steps: [own] };
const notified = { slack: secret("SLACK_URL") };

/** A config per field that is not at its default; several where the field takes several kinds of value. */
const variants: Readonly<Record<string, readonly Variant[]>> = {
  "artifacts.bundle[]": [{ artifacts: { bundle: ["models/**", "reports/metrics.json"] } }],
  "artifacts.bundle[].path": [{ artifacts: { bundle: [{ path: "models/our model's.bin" }] } }],
  "artifacts.bundle[].required": [{ artifacts: { bundle: [{ path: "models/m.bin", required: false }] } }],
  "artifacts.nightly[]": [{ artifacts: { nightly: ["reports/*.json"] } }],
  "artifacts.nightly[].path": [{ artifacts: { nightly: [{ path: "reports/drift" }] } }],
  "artifacts.nightly[].required": [{ artifacts: { nightly: [{ path: "reports/drift", required: false }] } }],
  "artifacts.retentionDays": [{ artifacts: { retentionDays: 7 } }],
  "checks.*": [{ checks: { types: "mypy src" } }],
  "checks.*.advisory": [{ checks: { lint: { command: "ruff check .", advisory: true } } }],
  "checks.*.command": [{ checks: { docs: { command: "mkdocs build" } } }],
  "checks.*.name": [{ checks: { docs: { command: "mkdocs build", name: 'Build the "docs": all of them' } } }],
  "checks.compile": [{ checks: { compile: false } }],
  "checks.lint": [{ checks: { lint: "ruff check src # the tests are not ours" } }],
  "checks.security": [{ checks: { security: false } }],
  "checks.test": [{ checks: { test: "pytest -q -k 'not slow'" } }, { checks: { test: false } }],
  defaultBranch: [{ defaultBranch: "release/2.x" }],
  deploy: [{ deploy: false }],
  "deploy.aws.auth": [{ deploy: role }],
  "deploy.aws.auth.role": [
    { deploy: { aws: { auth: { role: variable("AWS_ROLE") } } } },
    { deploy: { aws: { auth: { role: secret("AWS_ROLE") } } } },
  ],
  "deploy.aws.cluster": [{ deploy: { aws: { cluster: variable("CLUSTER") } } }, { deploy: { aws: { cluster: "ml" } } }],
  "deploy.aws.region": [
    { deploy: { aws: { region: "eu-west-1" } } },
    { deploy: { aws: { ...role.aws, region: variable("REGION") } } },
  ],
  "deploy.aws.service": [{ deploy: { aws: { service: "api" } } }],
  "deploy.container": [{ deploy: { container: "web" } }],
  "deploy.environment": [{ deploy: { environment: "prod: EU" } }],
  "deploy.image": [{ images: [image, { ...image, name: "web" }], deploy: { image: "web" } }],
  "deploy.smoke": [{ deploy: { smoke: false } }],
  "deploy.smoke.attempts": [{ deploy: { smoke: { attempts: 3 } } }],
  "deploy.smoke.baseUrl": [
    { deploy: { smoke: { baseUrl: "https://api.example.com" } } },
    { deploy: { smoke: { baseUrl: variable("URL") } } },
  ],
  "deploy.smoke.delaySeconds": [{ deploy: { smoke: { delaySeconds: 1 } } }],
  "deploy.smoke.health": [{ deploy: { smoke: { health: "/healthz?deep=1" } } }],
  "deploy.smoke.predict.expect": [{ deploy: { smoke: { predict: { expect: '.ok == true and .text != "no"' } } } }],
  "deploy.smoke.predict.path": [{ deploy: { smoke: { predict: { path: "/v2/predict" } } } }],
  "deploy.smoke.predict.payload": [
    { deploy: { smoke: { predict: { payload: "tests/payload.json" } } } },
    { deploy: { smoke: { predict: { payload: { "it's": ["# no comment", null, 1.5] } } } } },
  ],
  "deploy.stabilityMinutes": [{ deploy: { stabilityMinutes: 12 } }],
  "dvc.push": [{ dvc: { push: true } }],
  "dvc.remote": [{ dvc: { remote: false } }],
  "dvc.remote.credentials": [
    { dvc: { remote: { credentials: false } } },
    { dvc: { remote: { credentials: secret("DVC_KEYS", { optional: true }) } } },
  ],
  "dvc.remote.name": [{ dvc: { remote: { name: "lake" } } }],
  "dvc.remote.url": [
    { dvc: { remote: { url: "s3://bucket/path" } } },
    { dvc: { remote: { url: variable("DVC_URL") } } },
  ],
  "dvc.stages.drift": [
    { dvc: { stages: { drift: ["monitor_drift", "pipelines/dvc.yaml:psi@eu"] } } },
    { dvc: { stages: { drift: false } } },
  ],
  "dvc.stages.train": [{ dvc: { stages: { train: "fit" } } }, { dvc: { stages: { train: ["fit", "evaluate"] } } }],
  "dvc.staleLock": [{ dvc: { staleLock: "fail" } }, { dvc: { staleLock: "ignore" } }],
  "environments.nightly": [{ environments: { nightly: "night watch" } }],
  "environments.notify": [{ environments: { notify: "chat" }, notify: notified }],
  "environments.train": [{ environments: { train: "gpu" } }],
  "extend.<workflow>.*.after": [
    { extend: { ci: { quality: { after: { test: [own] } } } } },
    { extend: { cd: { "image-api": { after: { build: [{ ...own, env: { TOKEN: variable("TOKEN") } }] } } } } },
  ],
  "extend.<workflow>.*.before": [{ extend: { cd: { deploy: { before: { capture: [own] } } } } }],
  "extend.<workflow>.*.replace": [{ extend: { nightly: { refresh: { replace: { freshness: [own] } } } } }],
  "extend.<workflow>.jobs.*.environment": [{ extend: { cd: { jobs: { docs: { ...job, environment: "docs" } } } } }],
  "extend.<workflow>.jobs.*.name": [{ extend: { ci: { jobs: { docs: { ...job, name: "Docs: build & publish" } } } } }],
  "extend.<workflow>.jobs.*.needs": [{ extend: { nightly: { jobs: { docs: { ...job, needs: ["refresh"] } } } } }],
  "extend.<workflow>.jobs.*.permissions.*.access": [
    {
      extend: { cd: { jobs: { docs: { ...job, permissions: { pages: { access: "write", reason: "to publish" } } } } } },
    },
  ],
  "extend.<workflow>.jobs.*.permissions.*.reason": [
    {
      extend: { cd: { jobs: { docs: { ...job, permissions: { pages: { access: "write", reason: "why # not" } } } } } },
    },
  ],
  "extend.<workflow>.jobs.*.runsOn": [
    { extend: { ci: { jobs: { docs: { ...job, runsOn: "ubuntu-24.04" } } } } },
    { extend: { cd: { jobs: { docs: { ...job, runsOn: ["big-linux", "gpu-linux"] } } } } },
  ],
  "extend.<workflow>.jobs.*.steps[].env": [
    {
      extend: {
        cd: {
          jobs: {
            docs: {
              ...job,
              environment: "docs",
              steps: [
                { ...own, id: "first", run: 'echo "name=x" >>"$GITHUB_OUTPUT"\n' },
                {
                  ...own,
                  env: { A: "yes", B: secret("B"), C: variable("C"), D: { output: { step: "first", name: "name" } } },
                },
              ],
            },
          },
        },
      },
    },
  ],
  "extend.<workflow>.jobs.*.steps[].id": [
    { extend: { ci: { jobs: { docs: { ...job, steps: [{ ...own, id: "our_own-1" }] } } } } },
  ],
  "extend.<workflow>.jobs.*.steps[].name": [
    { extend: { ci: { jobs: { docs: { ...job, steps: [{ ...own, name: "- é: 'ours' #1" }] } } } } },
  ],
  "extend.<workflow>.jobs.*.steps[].run": [
    { extend: { ci: { jobs: { docs: { ...job, steps: [{ ...own, run: "true\n\n# twice\ntrue" }] } } } } },
  ],
  "extend.<workflow>.jobs.*.steps[].timeoutMinutes": [
    { extend: { ci: { jobs: { docs: { ...job, steps: [{ ...own, timeoutMinutes: 2 }] } } } } },
  ],
  "extend.<workflow>.jobs.*.steps[].uses": [
    { extend: { ci: { jobs: { docs: { ...job, steps: [{ name: "Set up uv", uses: "astral-sh/setup-uv" }] } } } } },
  ],
  "extend.<workflow>.jobs.*.steps[].when": [
    { extend: { ci: { jobs: { docs: { ...job, steps: [own, { ...own, id: "two", when: "failure" }] } } } } },
    { extend: { ci: { jobs: { docs: { ...job, steps: [own, { ...own, id: "two", when: "always" }] } } } } },
  ],
  "extend.<workflow>.jobs.*.steps[].with": [
    {
      extend: {
        ci: {
          jobs: {
            docs: {
              ...job,
              steps: [
                {
                  name: "Set up Node.js",
                  uses: "actions/setup-node",
                  with: { "node-version": 24, "package-manager-cache": false, "registry-url": variable("REGISTRY") },
                },
              ],
            },
          },
        },
      },
    },
  ],
  "extend.<workflow>.jobs.*.steps[].workingDirectory": [
    { extend: { ci: { jobs: { docs: { ...job, steps: [{ ...own, workingDirectory: "docs" }] } } } } },
  ],
  "extend.<workflow>.jobs.*.timeoutMinutes": [{ extend: { ci: { jobs: { docs: { ...job, timeoutMinutes: 3 } } } } }],
  "extend.<workflow>.jobs.*.workingDirectory": [
    { extend: { ci: { jobs: { docs: { ...job, workingDirectory: "docs" } } } } },
  ],
  "files.cd": [{ files: { cd: "deliver.yml" } }, { files: { cd: false } }],
  "files.ci": [{ files: { ci: "prove.yaml" } }, { files: { ci: false } }],
  "files.nightly": [{ files: { nightly: "Night_2.yaml" } }, { files: { nightly: false } }],
  freshness: [{ freshness: false }],
  "freshness.command": [{ freshness: { command: "python fresh.py" } }],
  "freshness.maxAgeHours.cd": [{ freshness: { maxAgeHours: { cd: 1.5 } } }],
  "freshness.maxAgeHours.nightly": [{ freshness: { maxAgeHours: { nightly: 12 } } }],
  "freshness.report": [{ freshness: { report: "out/fresh.json" } }],
  "images[].attest": [{ images: [{ ...image, attest: true }] }],
  "images[].buildArgs": [{ images: [{ ...image, buildArgs: { BASE: "python:3.12", FLAG: "a=b # c" } }] }],
  "images[].context": [{ images: [{ ...image, context: "services/api" }] }],
  "images[].dockerfile": [{ images: [{ ...image, dockerfile: "docker/api/Dockerfile" }] }],
  "images[].include": [
    { images: [{ ...image, include: ["reports/metrics.json"] }] },
    { images: [{ ...image, include: [] }] },
  ],
  "images[].name": [{ images: [{ ...image, name: "serving-2" }], deploy: { image: "serving-2" } }],
  "images[].platforms": [{ images: [{ ...image, platforms: ["linux/amd64", "linux/arm64"] }] }],
  mlflow: [{ mlflow: false }],
  "mlflow.token": [{ mlflow: { token: false } }, { mlflow: { token: secret("TOKEN") } }],
  "mlflow.trackingUri": [
    { mlflow: { trackingUri: "https://mlflow.example.com" } },
    { mlflow: { trackingUri: variable("MLFLOW") } },
  ],
  name: [{ name: "credit-risk-2" }],
  "nightly.cron": [{ nightly: { cron: "*/15 2-4 1,15 JAN-MAR mon" } }],
  "nightly.monitor": [{ nightly: { monitor: false } }, { nightly: { monitor: false, retrain: false }, deploy: false }],
  "nightly.monitor.command": [{ nightly: { monitor: { command: "python monitor.py" } } }],
  "nightly.retrain": [{ nightly: { retrain: false } }],
  "nightly.retrain.command": [{ nightly: { retrain: { command: "dvc repro --force fit" } } }],
  "nightly.retrain.mode": [{ nightly: { retrain: { mode: "dispatch" } } }],
  "nightly.retrain.report": [{ nightly: { retrain: { report: "reports/drift.json" } } }],
  "nightly.retrain.threshold": [{ nightly: { retrain: { threshold: 0 } } }],
  "nightly.retrain.trigger": [{ nightly: { retrain: { trigger: "reports/trigger.json" } } }],
  "nightly.timezone": [{ nightly: { timezone: "Europe/Berlin" } }],
  "notify.on": [{ notify: { ...notified, on: ["failure"] } }],
  "notify.slack": [{ notify: notified }],
  "notify.webhook.hmac": [{ notify: { webhook: { url: secret("URL"), hmac: secret("KEY") } } }],
  "notify.webhook.url": [{ notify: { webhook: { url: secret("URL") } } }],
  "permissions.<workflow>.*.*.access": [
    { permissions: { nightly: { refresh: { issues: { access: "write", reason: "to open one" } } } } },
  ],
  "permissions.<workflow>.*.*.reason": [
    { permissions: { ci: { quality: { contents: { access: "read", reason: "to read it all" } } } } },
  ],
  promote: [{ promote: false }],
  "promote.command": [{ promote: { command: "python promote.py --alias champion" } }],
  "promote.environment": [{ promote: { environment: "registry" } }],
  "promote.evidence": [{ promote: { evidence: "reports/transition.json" } }],
  "promote.when.exists": [{ promote: { when: { exists: false } } }, { promote: { when: { exists: "out/run.json" } } }],
  "promote.when.passed": [{ promote: { when: { passed: false } } }, { promote: { when: { passed: "out/ok.json" } } }],
  "python.install": [{ python: { install: ["pip install -r requirements.txt", "pip install --no-deps -e '.[ci]'"] } }],
  "python.installer": [{ python: { installer: "uv" } }],
  "python.lockFiles": [{ python: { lockFiles: ["poetry.lock", "it's/*.txt"] } }],
  "python.version": [{ python: { version: "3.10" } }, { python: { installer: "uv", version: "3.12.4" } }],
  root: [{ root: "services/our model" }],
  "runners.allowSelfHostedPullRequests": [{ runners: { ci: "gpu-linux", allowSelfHostedPullRequests: true } }],
  "runners.cd": [{ runners: { cd: "big-linux" } }, { runners: { cd: ["big-linux", "gpu-linux"] } }],
  "runners.ci": [{ runners: { ci: "ubuntu-24.04" } }],
  "runners.nightly": [{ runners: { nightly: "gpu-linux" } }],
  "timeouts.ci": [{ timeouts: { ci: 6 } }],
  "timeouts.deploy": [{ timeouts: { deploy: 90 } }],
  "timeouts.image": [{ timeouts: { image: 46 } }],
  "timeouts.notify": [{ timeouts: { notify: 11 }, notify: notified }],
  "timeouts.promote": [{ timeouts: { promote: 31 } }],
  "timeouts.quality": [{ timeouts: { quality: 31 } }],
  "timeouts.refresh": [{ timeouts: { refresh: 181 } }],
  "timeouts.retrain": [{ timeouts: { retrain: 241 } }],
  "timeouts.train": [{ timeouts: { train: 181 } }],
  "timeouts.workflows": [{ timeouts: { workflows: 11 } }],
};

/** Runner groups are a machine of the team's own, of which zizmor's auditor warns by design. */
const groups: Readonly<Record<string, readonly Variant[]>> = {
  "runners.cd.group": [{ runners: { cd: { group: "big" } } }],
  "runners.cd.labels": [{ runners: { cd: { group: "big", labels: ["big-linux"] } } }],
  "runners.ci.group": [{ runners: { ci: { group: "big" }, allowSelfHostedPullRequests: true } }],
  "runners.ci.labels": [{ runners: { ci: { group: "big", labels: "gpu-linux" }, allowSelfHostedPullRequests: true } }],
  "runners.nightly.group": [{ runners: { nightly: { group: "big machines" } } }],
  "runners.nightly.labels": [{ runners: { nightly: { group: "big", labels: ["gpu-linux", "big-linux"] } } }],
};

const planned = (configs: typeof variants) =>
  Object.entries(configs).flatMap(([field, all]) =>
    all.map((variant, index) => {
      const config = { name: "creditrisk", ...variant };
      const files = workflowsOf(config);
      const names = workflowNames.filter(name => config.files?.[name] !== false);
      return { title: all.length > 1 ? `${field} (${index + 1})` : field, field, variant, files, names };
    }),
  );
const fallback = workflowsOf({ name: "creditrisk" });
const clean = planned(variants);
const grouped = planned(groups);
const texts = new Map(
  [...clean, ...grouped].flatMap(({ title, files }) =>
    // A file that is the default's is proven with the default.
    [...files].filter(([file, text]) => fallback.get(file) !== text).map(([file, text]) => [`${title} ${file}`, text]),
  ),
);

let linted: Findings;
let audited: Findings;
beforeAll(async () => {
  linted = await actionlint(texts, labels);
  audited = await zizmor(texts);
}, 180_000);

test("variants: a schedule in UTC is GitHub's default and not written", () => {
  expect(workflowsOf({ name: "creditrisk", nightly: { timezone: "UTC" } })).toEqual(fallback);
});

test("variants: every time zone a config may name is one that actionlint knows", async () => {
  const schedule = Intl.supportedValuesOf("timeZone")
    .filter(name => name !== "UTC")
    .map(name => workflowsOf({ name: "creditrisk", nightly: { timezone: name } }).get("nightly.yaml"))
    .map(text => /^ {2}schedule:\n((?: {4}.*\n)+)/m.exec(text ?? "")?.[1]);
  const all = (fallback.get("nightly.yaml") as string).replace(/(?<=^ {2}schedule:\n)( {4}.*\n)+/m, schedule.join(""));
  expect(all.split("timezone:").length).toBeGreaterThan(400);
  expect([...(await actionlint(new Map([["nightly.yaml", all]]))).values()].flat()).toEqual([]);
});

test("variants: every field of the schema has one", () => {
  expect(Object.keys({ ...variants, ...groups }).sort()).toEqual(fieldsOf(pipelineSchema));
});

describe.for([...clean, ...grouped])("variant: $title", ({ title, field, variant, files, names }) => {
  const own = [...files].map(([file, text]) => ({ file, text, key: `${title} ${file}` }));
  const changed = own.filter(({ key }) => texts.has(key));

  test("sets its field, and the workflows show it", () => {
    expect(mentions(variant, field)).toBe(true);
    expect(changed.length + Math.abs(files.size - fallback.size)).toBeGreaterThan(0);
  });

  test("is accepted by GitHub's parser and language service", async () => {
    for (const { text } of changed) {
      expect(await parserFindings(text)).toEqual([]);
      expect(await languageServiceFindings(text)).toEqual([]);
    }
  });

  test("is clean for actionlint and for zizmor's auditor, but for what is said of runner groups", () => {
    for (const { key, text } of changed) {
      expect(linted.get(key)).toBeUndefined();
      const audits = new Set(audited.get(key)?.map(finding => finding.replace(/^\d+ |:.*/g, "")));
      expect([...audits]).toEqual(/^ +runs-on:\n +group:/m.test(text) ? ["self-hosted-runner"] : []);
    }
  });

  test("obeys the invariants of every generated workflow", () => {
    for (const [index, { text }] of own.entries()) {
      expect(broken(names[index] as WorkflowName, text, lock)).toEqual([]);
      expect(unsightly(text)).toEqual([]);
    }
  });
});

/** Whether a config holds a value at the path of a field, in any entry of a list or table. */
const mentions = (value: unknown, field: string): boolean => {
  const keys = field.replaceAll("[]", ".[]").split(".");
  const follow = (at: unknown, [key, ...rest]: readonly string[]): boolean => {
    if (key === undefined) return true;
    if (typeof at !== "object" || at === null) return false;
    if (["*", "[]", "<workflow>"].includes(key)) return Object.values(at).some(inner => follow(inner, rest));
    return Object.hasOwn(at, key) && follow((at as Readonly<Record<string, unknown>>)[key], rest);
  };
  return follow(value, keys);
};
