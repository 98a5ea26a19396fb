import { expect, test } from "vitest";
import type { Mutation } from "../support/mutated.ts";
import { applied, exampleConfig, found } from "../support/mutated.ts";

/**
 * Mistakes that people make, made in the generated workflows of the example at every place where they can be: each is named, by its
 * rule and its line. `at` is the line of the mutated text in which the finding is looked for, counted from the line of the change.
 */
const mutations: readonly Mutation[] = [
  // What GitHub would refuse.
  { rule: "workflow/unknown-key", find: /^( +)timeout-minutes:/gm, put: "$1timeout_minutes:", also: /missing-timeout/ },
  { rule: "workflow/unknown-key", find: /^( +)runs-on:/gm, put: "$1runs_on:", also: /missing-key/ },
  {
    rule: "workflow/unknown-key",
    find: /^( +)uses: actions/gm,
    put: "$1use: actions",
    also: /missing-key|missing-artifact/,
  },
  { rule: "workflow/duplicate-key", find: /^( +timeout-minutes: \d+)$/gm, put: "$1\n$1", at: 1 },
  { rule: "workflow/value-type", find: /^( +timeout-minutes:) \d+$/gm, put: "$1 soon" },
  { rule: "workflow/yaml-syntax", find: /^( +)run: \|$/gm, put: "$1run: [", anywhere: true },
  { rule: "workflow/yaml-syntax", find: /^ {6}- name: (.*)$/gm, put: "\t- name: $1", anywhere: true },
  { rule: "workflow/unknown-context", find: /\$\{\{ secrets\.(\w+) \}\}/g, put: `\${{ secret.$1 }}` },
  { rule: "workflow/expression-syntax", find: /\$\{\{ secrets\.(\w+) \}\}/g, put: `\${{ secrets.$1 || "none" }}` },
  {
    rule: "workflow/unknown-function",
    find: /\b(cancelled|always|failure)\(\)/g,
    put: "$1ed()",
    also: /monitoring-skipped-on-stale/,
  },
  {
    rule: "workflow/unknown-need",
    find: /^( +needs:) \[(\w[\w-]*)/gm,
    put: "$1 [$2x",
    also: /missing-artifact|unknown-job/,
  },
  { rule: "workflow/invalid-id", find: /^( +id:) ([a-z-]+)$/gm, put: "$1 1$2", also: /unknown-step/ },
  { rule: "workflow/duplicate-id", find: /^( +id: )(install|pull|stages)$/gm, put: "$1checkout", also: /unknown-step/ },
  { rule: "workflow/cron", find: /^( +- cron: ).*$/gm, put: '$1"61 6 * * *"' },
  { rule: "workflow/cron-too-frequent", find: /^( +- cron: ).*$/gm, put: '$1"* * * * *"' },
  {
    rule: "workflow/context-not-available",
    find: /^( {8}if: )(\$\{\{ )?/gm,
    put: `$1\${{ secrets.TOKEN != '' && true }} #`,
    also: /upload-lost-on-failure/,
  },
  {
    rule: "workflow/empty-steps",
    find: /^ {4}steps:\n(?: {5}.*\n|\n)+/gm,
    put: "    steps: []\n",
    also: /unknown-step/,
  },
  {
    rule: "workflow/filter-conflict",
    find: /^( +)branches: \[main\]$/gm,
    put: "$1branches: [main]\n$1branches-ignore: [dev]",
    near: 1,
  },
  { rule: "workflow/retired-runner", find: /^( +runs-on:) ubuntu-latest$/gm, put: "$1 ubuntu-20.04" },
  { rule: "workflow/unknown-runner", find: /^( +runs-on:) ubuntu-latest$/gm, put: "$1 ubuntu-lastest" },
  { rule: "workflow/unknown-step", find: /\bsteps\.(\w+)\./g, put: "steps.$1x." },
  {
    rule: "workflow/unknown-output",
    find: /\bneeds\.train\.outputs\.promote\b/g,
    put: "needs.train.outputs.promotion",
  },
  { rule: "workflow/unknown-job", find: /\bneeds\.train\.outputs\b/g, put: "needs.training.outputs" },
  {
    rule: "workflow/unknown-input",
    find: /^( +)persist-credentials: false$/gm,
    put: "$1persist-credential: false",
    also: /checkout-credentials/,
  },
  { rule: "workflow/unknown-input", find: /^( +)fetch-depth: 0$/gm, put: "$1fetch-deep: 0" },
  { rule: "workflow/unknown-input", find: /^( +)if-no-files-found: (\w+)$/gm, put: "$1if-no-file-found: $2" },
  {
    rule: "workflow/missing-input",
    find: /^( +uses: actions\/upload-artifact@.*\n +with:\n +name: .*\n) +path: .*\n/gm,
    put: "$1",
    anywhere: true,
  },
  { rule: "workflow/unknown-shell", find: /^( +)run: \|$/gm, put: "$1shell: bsh\n$1run: |" },
  { rule: "workflow/text-around-expression", find: /^( +if: \$\{\{.*\}\})$/gm, put: "$1 && true" },
  { rule: "workflow/constant-condition", find: /^( +)if: \$\{\{.*\}\}$/gm, put: `$1if: \${{ 'a' == 'a' }}` },
  {
    rule: "workflow/unknown-time-zone",
    find: /^( +)- cron: (.*)$/gm,
    put: "$1- cron: $2\n$1  timezone: Europe/Atlantis",
    at: 1,
  },
  {
    rule: "workflow/shell-syntax",
    find: /^( +)set -euo pipefail$/gm,
    put: "$1set -euo pipefail\n$1if true; then",
    anywhere: true,
  },
  {
    rule: "workflow/removed-command",
    find: /^( +)set -euo pipefail$/gm,
    put: '$1set -euo pipefail\n$1echo "::set-output name=a::b"',
    at: 1,
  },
  {
    rule: "workflow/missing-artifact",
    find: /^( +uses: actions\/download-artifact@.*\n +with:\n +name: )(\S+)$/gm,
    put: "$1$2-x",
    anywhere: true,
  },
  {
    rule: "workflow/retired-action",
    find: /^( +uses: actions\/upload-artifact)@\S+ # \S+$/gm,
    put: "$1@a8a3f3ad30e3422c9c7b888a15615d19a852ae32 # v3.1.3",
  },
  // What an auditor would not sign.
  {
    rule: "policy/unpinned-action",
    find: /^( +uses: [\w./-]+)@\S+ # (v\d+)\S*$/gm,
    put: "$1@$2",
    also: /^policy\/unpinned/,
  },
  { rule: "policy/short-commit", find: /^( +uses: [\w./-]+)@(\w{7})\w+ # (\S+)$/gm, put: "$1@$2 # $3" },
  {
    rule: "policy/missing-permissions",
    find: /^permissions: \{\}\n|^ {4}permissions:\n(?: {6}.*\n)+/gm,
    put: "",
    all: true,
    anywhere: true,
  },
  { rule: "policy/broad-permissions", find: /^permissions: \{\}$/gm, put: "permissions: write-all" },
  {
    rule: "policy/broad-permissions",
    find: /^ {4}permissions:\n(?: {6}.*\n)+/gm,
    put: "    permissions: write-all\n",
  },
  { rule: "policy/undocumented-permission", find: /^( {6}[\w-]+: write) # .*$/gm, put: "$1" },
  {
    rule: "policy/checkout-credentials",
    find: /^( +uses: actions\/checkout@.*\n +with:\n(?: {10}fetch-depth: 0\n)?) +persist-credentials: false$/gm,
    put: "$1          clean: true",
    anywhere: true,
  },
  {
    rule: "policy/secret-in-wide-env",
    find: /^( {4})steps:$/gm,
    put: `$1env:\n$1  TOKEN: \${{ secrets.TOKEN }}\n$1steps:`,
    at: 1,
    also: /secret-without-environment/,
  },
  { rule: "policy/secret-without-environment", find: /^ {4}environment: .*\n/gm, put: "", anywhere: true },
  {
    rule: "policy/all-secrets",
    find: /\$\{\{ secrets\.(DVC_REMOTE_URL|MLFLOW_TRACKING_URI) \}\}/g,
    put: `\${{ toJSON(secrets) }}`,
  },
  {
    rule: "policy/script-injection",
    find: /^( +)set -euo pipefail$/gm,
    put: `$1set -euo pipefail\n$1echo "\${{ github.head_ref }}"`,
    at: 1,
  },
  {
    rule: "policy/dangerous-trigger",
    find: /^ {2}(?:push|pull_request|schedule):.*$/gm,
    put: "  pull_request_target: {}\n$&",
  },
  { rule: "policy/missing-timeout", find: /^ {4}timeout-minutes: \d+\n/gm, put: "", anywhere: true },
  {
    rule: "policy/missing-concurrency",
    find: /^concurrency:\n(?: {2}.*\n)+/gm,
    put: "",
    anywhere: true,
    also: /unguarded-deployment/,
  },
  { rule: "policy/missing-name", find: /^name: .*\n/gm, put: "", anywhere: true },
  { rule: "policy/missing-name", find: /^ {4}name: .*\n/gm, put: "", anywhere: true },
  {
    rule: "policy/unguarded-deployment",
    find: /^( {2}cancel-in-progress:) false$/gm,
    put: "$1 true",
    anywhere: true,
    only: "cd.yaml",
  },
  {
    rule: "policy/piped-installer",
    find: /^( +)set -euo pipefail$/gm,
    put: "$1set -euo pipefail\n$1curl -fsSL https://example.com/install | bash",
    at: 1,
  },
  {
    rule: "policy/inherited-secrets",
    find: /^jobs:$/gm,
    put: "jobs:\n  called:\n    name: Called\n    permissions: {}\n    uses: acme/flows/.github/workflows/x.yaml@3d3c42e5aac5ba805825da76410c181273ba90b1 # v1.0.0\n    secrets: inherit",
    at: 5,
  },
  // What the commands in it do not do.
  {
    rule: "pipeline/unknown-flag",
    find: /^( +)set -euo pipefail$/gm,
    put: "$1set -euo pipefail\n$1dvc repro --dry-run validate_model",
    at: 1,
    also: /gate-after-deploy/,
  },
  {
    rule: "pipeline/unknown-subcommand",
    find: /^( +)set -euo pipefail$/gm,
    put: "$1set -euo pipefail\n$1aws ecs update-services --cluster a",
    at: 1,
    also: /missing-credentials|missing-region/,
  },
  {
    rule: "pipeline/unknown-dvc-target",
    find: /^( +)set -euo pipefail$/gm,
    put: "$1set -euo pipefail\n$1dvc repro --dry --allow-missing train_creditrisk_pd",
    at: 1,
    only: "cd.yaml",
  },
  { rule: "pipeline/missing-module", find: /^( +python -m creditrisk\.)(\w+)/gm, put: "$1$2_old" },
  {
    rule: "pipeline/upper-case-image",
    find: /^( +)set -euo pipefail$/gm,
    put: "$1set -euo pipefail\n$1docker pull ghcr.io/Acme/CreditRisk:1",
    at: 1,
  },
  {
    rule: "pipeline/secret-in-env-file",
    find: /^( +env:\n(?: {10}.*\n)*? {10}(DVC_REMOTE_CREDENTIALS): .*\n(?: {10}.*\n)*? +run: \|\n)/gm,
    put: '$1          echo "C=$$$2" >> "$GITHUB_ENV"\n',
    anywhere: true,
  },
  {
    rule: "pipeline/deploy-without-rollback",
    find: /^ +- name: Return the service[\s\S]*?(?=^ {6}- name: |^ {2}\w|(?![\s\S]))/gm,
    put: "",
    anywhere: true,
  },
  {
    rule: "pipeline/gate-after-deploy",
    find: /^( {6}- name: Return the service)/gm,
    put: "      - name: Validate\n        run: dvc repro validate_model\n$1",
    anywhere: true,
    also: /rollback-for-other-failures/,
  },
  {
    rule: "pipeline/promotion-before-deploy",
    find: /^( {4}needs: \[train, image-api, image-batch), deploy\]$/gm,
    put: "$1]",
    anywhere: true,
  },
];

for (const mutation of mutations)
  test(`mutation: ${mutation.rule}: ${mutation.find.source} → ${JSON.stringify(mutation.put)}`, async () => {
    const mutants = applied(mutation);
    expect(mutants.length, "the mistake can be made somewhere").toBeGreaterThan(0);
    for (const mutant of mutants) {
      const findings = await found(mutant);
      const named = findings.filter(({ code }) => code === mutation.rule);
      const told = findings.map(({ line, code, message }) => `${line} ${code} ${message}`).join("\n");
      const context = `${mutant.file}, changed at line ${mutant.line}:\n${told}`;
      expect(named.length, context).toBeGreaterThan(0);
      if (!mutation.anywhere) {
        const wanted = mutant.line + (mutation.at ?? 0);
        const near = mutation.near ?? 0;
        expect(
          named.some(({ line = 0 }) => Math.abs(line - wanted) <= near),
          context,
        ).toBe(true);
      }
      // One mistake has one name, unless it is several.
      const others = findings.filter(({ code }) => code !== mutation.rule && !mutation.also?.test(code));
      expect(others, context).toEqual([]);
    }
  });

test("mutation: the workflows have no finding before", async () => {
  for (const [file, text] of exampleConfig) expect(await found({ file, text, line: 1 })).toEqual([]);
});
