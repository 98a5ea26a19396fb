import type { RepositoryContents } from "./contents.ts";
import type { SourceProblem } from "./source-problem.ts";

/** A file's text, that there is no such file, or what keeps it from being read. */
export type SourceText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "problem"; readonly problem: SourceProblem };

/** Reads a file of the repository, with the problem to report where it is there and cannot be read. */
export const sourceText = (repository: RepositoryContents, file: string): SourceText => {
  const seen = repository.look(file);
  switch (seen.kind) {
    case "too-large":
      return problem(file, "too-large", `the file has ${seen.bytes} bytes, so it was not read`, "make it smaller");
    case "unreadable":
      return problem(file, "unreadable", `the file cannot be read: ${seen.reason}`, "make it a text file in UTF-8");
    default:
      return seen;
  }
};

const problem = (file: string, kind: SourceProblem["kind"], message: string, hint: string): SourceText => ({
  kind: "problem",
  problem: { spot: { file }, kind, message, hint },
});
