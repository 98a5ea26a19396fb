import type { Rule } from "../rule.ts";
import { commandRules } from "./commands/index.ts";
import { deliveryRules } from "./delivery/index.ts";
import { parserRules } from "./parser/index.ts";
import { invalid } from "./parser/invalid.ts";
import { policyRules } from "./policy/index.ts";
import { workflowRules } from "./workflow/index.ts";

/** Every rule, in the order of the documentation. The last stands for whatever GitHub's parser says that no other knows. */
export const rules: readonly Rule[] = [
  ...parserRules,
  ...workflowRules,
  ...policyRules,
  ...commandRules,
  ...deliveryRules,
  invalid,
];
