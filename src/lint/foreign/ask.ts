import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ForeignFinding, ForeignLinter } from "./linter.ts";

/** What the linters found that were asked. */
export interface Asked {
  /** By absolute path. */
  readonly findings: ReadonlyMap<string, readonly ForeignFinding[]>;
  /** Those that are installed, as `name version`. */
  readonly present: readonly string[];
  /** A warning for each that is not. */
  readonly problems: readonly Diagnostic[];
}

/** Has each linter that is installed look at all files. */
export const askForeign = async (
  linters: readonly ForeignLinter[],
  paths: readonly string[],
  cwd: string,
): Promise<Asked> => {
  const findings = new Map<string, readonly ForeignFinding[]>();
  const present: string[] = [];
  const problems: Diagnostic[] = [];
  for (const linter of linters) {
    const version = await linter.version(cwd);
    if (version === undefined) {
      problems.push(absent(linter.name));
      continue;
    }
    present.push(`${linter.name} ${version}`);
    for (const [path, found] of await linter.findings(paths, cwd, version))
      findings.set(path, [...(findings.get(path) ?? []), ...found]);
  }
  return { findings, present, problems };
};

const absent = (name: string): Diagnostic => ({
  code: "lint/linter-not-found",
  severity: "warning",
  message: `${name} is not on the PATH, so its findings are missing`,
  hint: `install ${name}, or leave it out of \`--with\``,
});
