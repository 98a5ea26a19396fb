import { remembered } from "../remembered.ts";
import type { Spot } from "../source-problem.ts";
import { LineCounter } from "./lines.ts";
import type { Statement, Stretch } from "./syntax.ts";
import { parsePython } from "./syntax.ts";

/** A Python file of the repository, read. */
export interface SourceFile {
  readonly file: string;
  readonly statements: readonly Statement[];
  /** Whether all of it is Python. */
  readonly isWhole: boolean;
  readonly spot: (stretch: Stretch) => Spot;
}

/** Reads a file once; `undefined` where there is none that is text. */
export const sourceFile = remembered((repository, file): SourceFile | undefined => {
  const text = repository.text(file);
  if (text === undefined) return undefined;
  const { statements, isWhole } = parsePython(text);
  const lines = new LineCounter(text);
  const spot = ({ from, to }: Stretch): Spot => {
    const [start, end] = [lines.at(from), lines.at(to)];
    return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  };
  return { file, statements, isWhole, spot };
});
