import { SourceText } from "../../lint/place.ts";
import { readWorkflowFile } from "../../lint/workflow-file.ts";
import { isReadable, shapeOf } from "../../lint/yaml-shape.ts";
import { readGenerated } from "../../render/header.ts";
import type { RepositoryContents } from "../../repository/contents.ts";
import { faultsIn } from "./faults.ts";
import type { Loss } from "./ledger.ts";
import type { SourceFile } from "./run.ts";

export interface Sources {
  readonly files: readonly SourceFile[];
  /** What could not be read. */
  readonly lost: readonly Loss[];
}

const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$/;

/** GitHub reads no larger file. https://docs.github.com/actions/reference/limits */
const MOST = 500_000;

/** Every workflow of the repository that this tool did not write. */
export const readSources = async (repository: RepositoryContents): Promise<Sources> => {
  const files: SourceFile[] = [];
  const lost: Loss[] = [];
  for (const path of repository.files.filter(file => WORKFLOW.test(file))) {
    const read = await readSource(path, repository);
    if (typeof read === "string")
      lost.push({
        spot: { file: path },
        what: `nothing of this workflow could be read: ${read}`,
        hint: "mend it and run `creditrisk-ci init` again, or delete it: `creditrisk-ci lint` says what is wrong",
      });
    else if (read) files.push(read);
  }
  return { files, lost };
};

/** A workflow, or why it is none; absent where this tool wrote it, or it is gone. */
const readSource = async (path: string, repository: RepositoryContents): Promise<SourceFile | string | undefined> => {
  const seen = repository.look(path);
  if (seen.kind === "absent") return undefined;
  if (seen.kind === "too-large") return "it is larger than any that GitHub reads";
  if (seen.kind === "unreadable") return seen.reason;
  const text = seen.text.replace(/^\uFEFF/, "");
  if (readGenerated(text.replaceAll("\r\n", "\n"))) return undefined;
  if (text.length > MOST) return "it is larger than any that GitHub reads";
  const shape = shapeOf(new SourceText(text));
  if (!isReadable(shape)) return "it is deeper or longer than any that GitHub reads";
  const file = await readWorkflowFile(path, text, repository, shape.isLarge);
  const { workflow } = file;
  if (!workflow || workflow.jobs.length === 0)
    return file.messages.find(({ severity }) => severity === "error")?.message ?? "it has no jobs";
  const faults = faultsIn(file, repository);
  return { path, workflow, faults, asked: new Set(), spot: place => ({ file: path, ...place }) };
};
