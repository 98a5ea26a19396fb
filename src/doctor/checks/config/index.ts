import type { Check } from "../../check.ts";
import { missingFile } from "./missing-file.ts";
import { missingRoot } from "./missing-root.ts";
import { submodule } from "./submodule.ts";
import { topOfHour } from "./top-of-hour.ts";
import { unaskedGit } from "./unasked-git.ts";
import { unmadeFile } from "./unmade-file.ts";
import { unreadFile } from "./unread-file.ts";
import { unreadFolder } from "./unread-folder.ts";

/** Whether what the config names is there. */
export const configChecks: readonly Check[] = [
  missingRoot,
  missingFile,
  unmadeFile,
  topOfHour,
  unreadFile,
  unreadFolder,
  unaskedGit,
  submodule,
];
