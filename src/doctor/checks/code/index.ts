import type { Check } from "../../check.ts";
import { freshnessByMtime } from "./freshness-by-mtime.ts";
import { hardCodedTrackingUri } from "./hard-coded-tracking-uri.ts";
import { invalidValue } from "./invalid-value.ts";
import { missingModule } from "./missing-module.ts";
import { missingOption } from "./missing-option.ts";
import { silentRefusal } from "./silent-refusal.ts";
import { unknownOption } from "./unknown-option.ts";

/** Whether the code is what the commands take it for. */
export const codeChecks: readonly Check[] = [
  missingModule,
  unknownOption,
  missingOption,
  invalidValue,
  hardCodedTrackingUri,
  freshnessByMtime,
  silentRefusal,
];
