import { actionlint } from "./actionlint.ts";
import type { ForeignLinter } from "./linter.ts";
import { zizmor } from "./zizmor.ts";

/** Other linters whose findings can be merged with ours. */
export const foreignLinters: readonly ForeignLinter[] = [actionlint, zizmor];
