import { defineConfig, output, secret, variable } from "../../src/index.ts";

const step = { name: "A", run: "true" };

// These do compile.
defineConfig({ name: "a", notify: { slack: secret("SLACK") }, mlflow: { trackingUri: variable("URI") } });
defineConfig({ pipelines: [{ name: "a", root: "a" }] });
defineConfig({
  name: "a",
  extend: { cd: { "image-api": { before: { build: [step] } }, jobs: { docs: { name: "D", steps: [step] } } } },
});

// @ts-expect-error the name is required
defineConfig({});
// @ts-expect-error an unknown field
defineConfig({ name: "a", defaultBanch: "main" });
// @ts-expect-error an unknown field further down
defineConfig({ name: "a", python: { versoin: "3.11" } });
// @ts-expect-error an unknown field of one of several pipelines
defineConfig({ pipelines: [{ name: "a", rooot: "a" }] });
// @ts-expect-error none of the installers
defineConfig({ name: "a", python: { installer: "conda" } });
// @ts-expect-error a version is text: 3.10 would become 3.1
defineConfig({ name: "a", python: { version: 3.1 } });
// @ts-expect-error a number of hours
defineConfig({ name: "a", freshness: { maxAgeHours: { cd: "48" } } });
// @ts-expect-error a webhook's address is a secret, never written down
defineConfig({ name: "a", notify: { slack: "https://hooks.example.com/x" } });
// @ts-expect-error credentials are no variable: those are readable
defineConfig({ name: "a", dvc: { remote: { credentials: variable("KEYS") } } });
// @ts-expect-error outputs of steps exist within one job only
defineConfig({ name: "a", deploy: { aws: { region: output("a", "b") } } });
// @ts-expect-error cd has no job of that name
defineConfig({ name: "a", extend: { cd: { trian: { before: { pull: [step] } } } } });
// @ts-expect-error deploy is a job of cd
defineConfig({ name: "a", extend: { ci: { deploy: { before: { capture: [step] } } } } });
// @ts-expect-error a step has no such field
defineConfig({ name: "a", extend: { ci: { quality: { before: { lint: [{ ...step, shell: "sh" }] } } } } });
// @ts-expect-error no such scope
defineConfig({ name: "a", permissions: { ci: { quality: { content: { access: "read", reason: "x" } } } } });
// @ts-expect-error no scope without its reason
defineConfig({ name: "a", permissions: { ci: { quality: { contents: { access: "read" } } } } });
