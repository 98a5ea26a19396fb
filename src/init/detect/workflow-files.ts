import { workflowNames } from "../../model/workflow-name.ts";
import { WORKFLOWS } from "../../plan.ts";
import { readGenerated } from "../../render/header.ts";
import type { RepositoryContents } from "../../repository/contents.ts";
import { decide, type Findings, findings } from "../proposal.ts";
import { quotedList } from "./evidence.ts";

/** The workflows of a repository that this tool did not write. */
export const handWritten = (repository: RepositoryContents): readonly string[] =>
  repository.files.filter(
    file =>
      file.startsWith(`${WORKFLOWS}/`) &&
      /^[^/]+\.ya?ml$/.test(file.slice(WORKFLOWS.length + 1)) &&
      readGenerated(repository.text(file) ?? "") === undefined,
  );

/** Names for the generated files, where those they would have belong to files written by hand: nothing is overwritten. */
export const detectFiles = (repository: RepositoryContents, name: string, several: boolean): Findings => {
  const taken = new Set(handWritten(repository).map(file => file.slice(WORKFLOWS.length + 1)));
  // Of several pipelines, each has its name in front of those of its files.
  const own = (file: string) => (several ? `${name}-${file}` : file);
  const inTheWay = workflowNames.map(workflow => own(`${workflow}.yaml`)).filter(file => taken.has(file));
  if (inTheWay.length === 0) return findings();
  const prefix = ["pipeline-", "generated-", `${name}-pipeline-`].find(prefix =>
    workflowNames.every(workflow => !taken.has(own(`${prefix}${workflow}.yaml`))),
  );
  return findings(
    decide(
      ["files"],
      Object.fromEntries(workflowNames.map(workflow => [workflow, `${prefix}${workflow}.yaml`])),
      `${quotedList(inTheWay)} ${inTheWay.length > 1 ? "are written by hand and stay" : "is written by hand and stays"} until you delete ${inTheWay.length > 1 ? "them" : "it"}, so the generated files have other names. Before you push, delete what they replace, or both run on every push; then \`files\` can go, and \`creditrisk-ci generate --prune\` gives the usual names`,
    ),
  );
};
