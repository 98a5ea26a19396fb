import type { RuleInfo } from "./report.ts";

/** What a rule or a check says of itself. */
interface Described extends Omit<RuleInfo, "helpUri"> {
  /** The page it rests on. */
  readonly reference?: string;
}

/** The same for those who read a report: the hint as a sentence of its own. */
export const ruleInfo = ({ id, severity, summary, why, hint, reference }: Described): RuleInfo => ({
  ...{ id, severity, summary, why },
  hint: `${hint.replace(/^[a-z]/, first => first.toUpperCase())}.`,
  ...(reference === undefined ? {} : { helpUri: reference }),
});
