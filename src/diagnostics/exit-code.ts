import { areaOf, type Diagnostic } from "./diagnostic.ts";

/** What the tool ends with; documented, and part of its interface. */
export const exitCodes = {
  clean: 0,
  findings: 1,
  usage: 2,
  bug: 3,
  machine: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of a run that ended with these diagnostics. */
export const exitCodeOf = (diagnostics: readonly Diagnostic[]): ExitCode => {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const of = (...areas: readonly string[]) => errors.some(({ code }) => areas.includes(areaOf(code)));
  if (of("internal")) return exitCodes.bug;
  if (of("machine")) return exitCodes.machine;
  if (of("config", "usage", "pins")) return exitCodes.usage;
  return errors.length > 0 ? exitCodes.findings : exitCodes.clean;
};
