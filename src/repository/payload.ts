import type { RepositoryContents } from "./contents.ts";
import { remembered } from "./remembered.ts";
import type { SourceProblem } from "./source-problem.ts";
import { sourceText } from "./source-text.ts";

/** A JSON file; `value` is absent where it could not be read. */
export interface Payload {
  readonly value?: unknown;
  readonly problems: readonly SourceProblem[];
}

/** A JSON file of the repository; `undefined` where there is none. */
export const payload: (repository: RepositoryContents, file: string) => Payload | undefined = remembered(
  (repository, file) => {
    const source = sourceText(repository, file);
    if (source.kind === "absent") return undefined;
    if (source.kind === "problem") return { problems: [source.problem] };
    try {
      return { value: JSON.parse(source.text), problems: [] };
    } catch {
      return {
        problems: [{ spot: { file }, kind: "syntax", message: "the file is no JSON", hint: "make it valid JSON" }],
      };
    }
  },
);
