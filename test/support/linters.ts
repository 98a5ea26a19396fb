import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { ValidationConfig } from "@actions/languageservice/validate";
import { validate } from "@actions/languageservice/validate";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { ErrorPolicy } from "@actions/workflow-parser/model/convert";
import { execa } from "execa";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { InputKind } from "../../src/actions/catalogue.ts";
import { actionFacts } from "../../src/actions/catalogue.ts";

const tools = join(import.meta.dirname, "../../.tools");

/** Workflows by any name that tells them apart, and their texts. */
export type Workflows = ReadonlyMap<string, string>;
/** What a tool found, by the names of the workflows: one line each. A workflow without findings is not in it. */
export type Findings = ReadonlyMap<string, readonly string[]>;

/** What GitHub's own parser says: syntax, keys, value types, expressions, ids, `needs`, schedules. */
export const parserFindings = async (text: string): Promise<readonly string[]> => {
  const { context, value } = parseWorkflow({ name: "workflow.yaml", content: text }, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value, undefined, { errorPolicy: ErrorPolicy.TryConversion });
  else if (context.errors.getErrors().length === 0) return ["nothing was parsed"];
  return context.errors.getErrors().map(({ message }) => message);
};

let documents = 0;

/** What GitHub's language service adds: properties, formats, needed and misspelt inputs of the actions. */
export const languageServiceFindings = async (text: string): Promise<readonly string[]> => {
  // It caches by address: a second text under the same one would be given the findings of the first.
  documents += 1;
  const document = TextDocument.create(`file:///repository/.github/workflows/${documents}.yaml`, "yaml", 1, text);
  const found = await validate(document, { actionsMetadataProvider });
  return found.map(({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`);
};

/** Inputs by action, whatever commit it is pinned to: what actionlint cannot know of an action without a tag. */
const actionsMetadataProvider: NonNullable<ValidationConfig["actionsMetadataProvider"]> = {
  fetchActionMetadata: async ({ owner, name, path }) => {
    const facts = actionFacts([owner, name, path].filter(Boolean).join("/"));
    return (
      facts && {
        name,
        description: "",
        inputs: Object.fromEntries(
          Object.entries<InputKind>(facts.inputs).map(([input, kind]) => [
            input,
            {
              description: "",
              required: kind === "required",
              ...(kind === "deprecated" ? { deprecationMessage: "deprecated" } : {}),
            },
          ]),
        ),
      }
    );
  },
};

/**
 * What actionlint calls as shellcheck: shellcheck, once for each different script. The workflows of a run share most of
 * theirs, and looking at one takes longer than all the rest of actionlint.
 */
const SHELLCHECK_ONCE = `#!/usr/bin/env bash
set -uo pipefail
IFS= read -rd "" script
read -r hash _ < <(sha256sum <<<"$*$script")
known=$0.$hash
if [[ ! -e $known ]]; then
  "$SHELLCHECK" "$@" <<<"$script" >"$known.$$"
  mv "$known.$$" "$known"
fi
found=$(<"$known")
printf "%s" "$found"
[[ $found == "[]" ]]
`;

/** All workflows in one run, with shellcheck on their scripts. `labels`: those of self-hosted runners. */
export const actionlint = (workflows: Workflows, labels: readonly string[] = []): Promise<Findings> =>
  inFolder(workflows, async (folder, files) => {
    const config = join(folder, "actionlint.yaml");
    writeFileSync(config, JSON.stringify({ "self-hosted-runner": { labels } }));
    const shellcheck = join(folder, "shellcheck");
    writeFileSync(shellcheck, SHELLCHECK_ONCE, { mode: 0o755 });
    const { stdout, stderr, exitCode } = await execa(
      join(tools, "bin/actionlint"),
      [...["-config-file", config, "-shellcheck", shellcheck, "-pyflakes", ""], ...["-format", "{{json .}}", ...files]],
      { cwd: folder, env: { SHELLCHECK: join(tools, "venv/bin/shellcheck") }, reject: false, stdin: "ignore" },
    );
    if (exitCode !== 0 && exitCode !== 1) throw new Error(`actionlint ended with ${exitCode}: ${stderr}`);
    type Found = {
      readonly filepath: string;
      readonly line: number;
      readonly column: number;
      readonly message: string;
    };
    return (JSON.parse(stdout) as readonly Found[]).map(({ filepath, line, column, message }) => [
      filepath,
      `${line}:${column} ${message}`,
    ]);
  });

/** All workflows in one audit: the strictest persona, and a file it cannot read is an error. */
export const zizmor = (workflows: Workflows): Promise<Findings> =>
  inFolder(workflows, async (folder, files) => {
    const { stdout, stderr, exitCode } = await execa(
      join(tools, "venv/bin/zizmor"),
      [
        ...["--persona", "auditor", "--strict-collection", "--offline", "--no-config", "--no-progress"],
        ...["--no-exit-codes", "--format", "json-v1", ...files],
      ],
      { cwd: folder, reject: false, stdin: "ignore" },
    );
    if (exitCode !== 0) throw new Error(`zizmor ended with ${exitCode}: ${stderr}`);
    type Place = {
      readonly symbolic: { readonly key: { readonly Local: { readonly verbatim_path: string } } };
      readonly concrete: { readonly location: { readonly start_point: { readonly row: number } } };
    };
    type Found = { readonly ident: string; readonly desc: string; readonly locations: readonly [Place, ...Place[]] };
    return (JSON.parse(stdout) as readonly Found[]).map(({ ident, desc, locations: [{ symbolic, concrete }] }) => [
      symbolic.key.Local.verbatim_path,
      `${concrete.location.start_point.row + 1} ${ident}: ${desc}`,
    ]);
  });

/** Writes the workflows to a folder of their own and groups what was found by their names. */
const inFolder = async (
  workflows: Workflows,
  find: (folder: string, files: readonly string[]) => Promise<readonly (readonly [path: string, finding: string])[]>,
): Promise<Findings> => {
  const folder = mkdtempSync(join(tmpdir(), "workflows-"));
  try {
    const files = new Map<string, string>();
    for (const [name, text] of workflows) {
      const path = join(folder, String(files.size), ".github/workflows/workflow.yaml");
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      files.set(relative(folder, path), name);
    }
    const findings = new Map<string, string[]>();
    for (const [path, finding] of await find(folder, [...files.keys()])) {
      const name = files.get(path);
      if (name === undefined) throw new Error(`a finding in a file nobody asked about, ${path}: ${finding}`);
      findings.set(name, [...(findings.get(name) ?? []), finding]);
    }
    return findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
