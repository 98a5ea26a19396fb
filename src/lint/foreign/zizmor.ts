import { resolve } from "node:path";
import type { ForeignFinding, ForeignLinter } from "./linter.ts";
import { grouped, runLinter, versionOf } from "./linter.ts";

/** https://docs.zizmor.sh: its audits become `zizmor/<audit>`. Asked as its strictest persona, and without a network. */
export const zizmor: ForeignLinter = {
  name: "zizmor",
  version: cwd => versionOf("zizmor", "--version", cwd),
  findings: async (paths, cwd) => {
    const outputs = await runLinter(
      ["zizmor", "--persona", "auditor", "--offline", "--no-progress", "--no-exit-codes", "--format", "json-v1"],
      paths,
      // A file it cannot read is left out, and 1 or 3 if there was no other: GitHub's parser says what is wrong with those.
      { cwd, accepts: code => code === 0 || code === 1 || code === 3 },
    );
    return grouped(
      outputs
        .filter(output => output.trim() !== "")
        .flatMap(output => JSON.parse(output) as readonly Reported[])
        .flatMap(({ ident, desc, url, determinations: { severity }, locations: [place] }) => {
          const path = place?.symbolic.key.Local?.given_path ?? place?.symbolic.key.Local?.verbatim_path;
          if (place === undefined || path === undefined) return [];
          const { start_point: start, end_point: end } = place.concrete.location;
          const finding: ForeignFinding = {
            code: `zizmor/${ident}`,
            severity: SEVERITIES[severity] ?? "warning",
            line: start.row + 1,
            column: start.column + 1,
            endLine: end.row + 1,
            endColumn: end.column + 1,
            message: place.symbolic.annotation ? `${desc}: ${place.symbolic.annotation}` : desc,
            ...(url ? { hint: `see ${url}` } : {}),
          };
          return [{ path: resolve(cwd, path), finding }];
        }),
    );
  },
  sameAs: ({ code }) => {
    const same = SAME[code.slice("zizmor/".length)] ?? [];
    return known => same.includes(known);
  },
};

interface Point {
  readonly row: number;
  readonly column: number;
}

/** One element of its `json-v1`; rows and columns count from zero. */
interface Reported {
  readonly ident: string;
  readonly desc: string;
  readonly url?: string;
  readonly determinations: { readonly severity: string };
  readonly locations: readonly {
    readonly symbolic: {
      readonly annotation?: string;
      readonly key: { readonly Local?: { readonly given_path?: string; readonly verbatim_path?: string } };
    };
    readonly concrete: { readonly location: { readonly start_point: Point; readonly end_point: Point } };
  }[];
}

const SEVERITIES: Readonly<Record<string, ForeignFinding["severity"]>> = {
  High: "error",
  Medium: "warning",
  Low: "note",
  Informational: "note",
};

/** By audit. https://docs.zizmor.sh/audits/ */
const SAME: Readonly<Record<string, readonly string[]>> = {
  "anonymous-definition": ["policy/missing-name"],
  artipacked: ["policy/checkout-credentials"],
  "bot-conditions": ["policy/bot-condition"],
  "cache-poisoning": ["policy/cache-when-publishing"],
  "concurrency-limits": ["policy/missing-concurrency"],
  "dangerous-triggers": ["policy/dangerous-trigger"],
  "excessive-permissions": ["policy/missing-permissions", "policy/broad-permissions"],
  "github-env": ["policy/untrusted-env-file"],
  "hardcoded-container-credentials": ["policy/hardcoded-credential"],
  "insecure-commands": ["policy/insecure-commands", "workflow/removed-command"],
  misfeature: ["workflow/unknown-shell"],
  "overprovisioned-secrets": ["policy/all-secrets"],
  "secrets-inherit": ["policy/inherited-secrets"],
  "secrets-outside-env": ["policy/secret-without-environment"],
  "self-hosted-runner": ["policy/self-hosted-pull-request"],
  "template-injection": ["policy/script-injection", "policy/expression-in-script"],
  "undocumented-permissions": ["policy/undocumented-permission"],
  "unpinned-images": ["policy/unpinned-image"],
  "unpinned-uses": ["policy/unpinned-action", "policy/short-commit"],
  "unredacted-secrets": ["policy/unredacted-secret"],
  "unsound-condition": ["workflow/text-around-expression", "workflow/constant-condition"],
  "unsound-contains": ["policy/unsound-contains"],
};
