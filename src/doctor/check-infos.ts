import type { RuleInfo } from "../diagnostics/report.ts";
import { ruleInfo } from "../diagnostics/rule-info.ts";
import { checks } from "./checks/index.ts";

/** Everything that `doctor` can report. */
export const checkInfos: readonly RuleInfo[] = checks.map(ruleInfo);
