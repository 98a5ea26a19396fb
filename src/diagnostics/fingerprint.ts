import { createHash } from "node:crypto";
import type { Diagnostic } from "./diagnostic.ts";

/** What stays the same when a finding's line moves or is indented differently: its code and what the line says. */
export const fingerprint = ({ code, excerpt, message }: Diagnostic): string =>
  createHash("sha256")
    .update(`${code}\0${(excerpt ?? message).trim()}`)
    .digest("hex")
    .slice(0, 16);
