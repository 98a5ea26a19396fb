import type { Check } from "../check.ts";
import { codeChecks } from "./code/index.ts";
import { configChecks } from "./config/index.ts";
import { dataChecks } from "./data/index.ts";
import { environmentChecks } from "./environment/index.ts";
import { imageChecks } from "./image/index.ts";

/** Everything that `doctor` looks for. */
export const checks: readonly Check[] = [
  ...configChecks,
  ...dataChecks,
  ...codeChecks,
  ...environmentChecks,
  ...imageChecks,
];
