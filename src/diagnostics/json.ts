import type { Host } from "../host/host.ts";
import { exitCodeOf } from "./exit-code.ts";
import type { Report } from "./report.ts";

/** Raised when a field changes its meaning or goes away; new fields may come without. */
const SCHEMA_VERSION = 1;

/** `{ schemaVersion, command, exitCode, files: [{ file, status, diff? }], diagnostics: [{ code, severity, … }] }`, and what the command adds. */
export const writeJson = ({ command, files, diagnostics, details }: Report, host: Host): void => {
  const document = {
    schemaVersion: SCHEMA_VERSION,
    command,
    exitCode: exitCodeOf(diagnostics),
    files: files.map(({ file, status, diff }) => ({ file, status, ...(diff ? { diff } : {}) })),
    diagnostics,
    ...details,
  };
  host.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
};
