import type { RuleInfo } from "../diagnostics/report.ts";
import { sentence } from "../diagnostics/sentence.ts";
import { checks } from "./checks/index.ts";

/** Everything that `doctor` can report. */
export const checkInfos: readonly RuleInfo[] = checks.map(({ id, severity, summary, why, hint, reference }) => ({
  id,
  severity,
  summary,
  why,
  hint: sentence(hint),
  ...(reference === undefined ? {} : { helpUri: reference }),
}));
