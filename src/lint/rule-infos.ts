import type { RuleInfo } from "../diagnostics/report.ts";
import { ruleInfo } from "../diagnostics/rule-info.ts";
import { rules } from "./rules/index.ts";
import { waiverRules } from "./waivers.ts";

/** About baselines, and other linters. */
const companionRules: readonly RuleInfo[] = [
  {
    id: "lint/stale-baseline",
    severity: "note",
    summary: "The baseline lists a finding that is no longer there.",
    why: "It would hide the same finding if it came back.",
    hint: "Write the baseline again, or remove the entry.",
  },
  {
    id: "lint/linter-not-found",
    severity: "warning",
    summary: "Another linter was asked for that is not installed.",
    why: "What it would have found is missing, and nothing else says so.",
    hint: "Install it, or leave it out of `--with`.",
  },
];

/** Everything that `lint` can report of its own. */
export const ruleInfos: readonly RuleInfo[] = [...rules.map(ruleInfo), ...waiverRules, ...companionRules];
