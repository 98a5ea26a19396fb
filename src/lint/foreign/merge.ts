import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { excerptOf } from "../../diagnostics/diagnostic.ts";
import { SourceText } from "../place.ts";
import { foreignLinters } from "./index.ts";
import type { ForeignFinding } from "./linter.ts";

/** Theirs beside ours: what one of ours says of the same line already is left out. */
export const merge = (
  ours: readonly Diagnostic[],
  theirs: readonly ForeignFinding[],
  file: string,
  text: string,
): readonly Diagnostic[] => {
  const source = new SourceText(text);
  const additional = theirs
    .filter(finding => !ours.some(known => saysTheSame(known, finding)))
    .map(finding => ({ ...finding, file, excerpt: excerptOf(source.line(finding.line)) }));
  return [...ours, ...additional];
};

const saysTheSame = (known: Diagnostic, finding: ForeignFinding): boolean => {
  const linter = foreignLinters.find(({ name }) => finding.code.startsWith(`${name}/`));
  // What concerns a whole job or step has its place at another of its lines there.
  const near =
    known.line !== undefined && known.line <= finding.endLine && (known.endLine ?? known.line) >= finding.line;
  return near && linter?.sameAs(finding)(known.code) === true;
};
