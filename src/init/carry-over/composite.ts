import { isMap, isSeq, parseDocument } from "yaml";
import { SourceText } from "../../lint/place.ts";
import { readWorkflowFile } from "../../lint/workflow-file.ts";
import { isReadable, shapeOf } from "../../lint/yaml-shape.ts";
import type { RepositoryContents } from "../../repository/contents.ts";
import type { Known, SourceFile } from "./run.ts";

/** A composite action of the repository. */
export interface Composite {
  /** Its steps, read as those of the one job of a workflow. */
  readonly file: SourceFile;
  /** Its inputs, by name in lower case, with what they are when nobody gives them. */
  readonly inputs: ReadonlyMap<string, Known>;
}

/** What stands above the steps, one line each. */
const HEAD = ["on: push", "jobs:", " composite:", "  runs-on: ubuntu-latest", "  steps:"];
/** The steps may stand at the left edge of their own file. */
const SHIFT = 4;

/** The composite action in a folder; absent where there is none, or it is of another kind. */
export const readComposite = async (folder: string, repository: RepositoryContents): Promise<Composite | undefined> => {
  const path = ["action.yml", "action.yaml"]
    .map(name => (folder === "." ? name : `${folder}/${name}`))
    .find(file => repository.has(file));
  const text = path === undefined ? undefined : repository.text(path);
  if (path === undefined || text === undefined || text.length > MOST) return undefined;
  const source = new SourceText(text);
  if (!isReadable(shapeOf(source))) return undefined;
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  const steps = document.getIn(["runs", "steps"], true);
  if (document.errors.length > 0 || !isSeq(steps) || !steps.range) return undefined;
  const [start, end] = steps.range;
  const { line, column } = source.place(start, start);
  const [opening = "", ...more] = text.slice(start, end).split("\n");
  const shifted = [" ".repeat(column - 1) + opening, ...more].map(part => " ".repeat(SHIFT) + part);
  const { workflow } = await readWorkflowFile(path, [...HEAD, ...shifted, ""].join("\n"), repository);
  if (!workflow) return undefined;
  const down = line - HEAD.length - 1;
  return {
    inputs: defaultsOf(document.get("inputs")),
    file: {
      path,
      workflow,
      faults: { all: [], within: () => undefined },
      asked: new Set(),
      spot: place => ({
        file: path,
        line: place.line + down,
        column: Math.max(1, place.column - SHIFT),
        endLine: place.endLine + down,
        endColumn: Math.max(1, place.endColumn - SHIFT),
      }),
    },
  };
};

const MOST = 500_000;

const defaultsOf = (inputs: unknown): ReadonlyMap<string, Known> =>
  new Map(
    (isMap(inputs) ? inputs.items : []).map(({ key, value }) => {
      const preset = isMap(value) ? value.get("default") : undefined;
      const text = preset === undefined || preset === null ? "" : String(preset);
      return [String(key).toLowerCase(), { kind: "text", text }] as const;
    }),
  );
