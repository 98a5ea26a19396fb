import { isAbsolute, win32 } from "node:path";
import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from "node-sarif-builder";
import packageJson from "../../package.json" with { type: "json" };
import type { Host } from "../host/host.ts";
import { areaOf, type Diagnostic } from "./diagnostic.ts";
import { exitCodeOf, exitCodes } from "./exit-code.ts";
import { fingerprint } from "./fingerprint.ts";
import type { FileReport, Report, RuleInfo } from "./report.ts";

type Run = SarifRunBuilder["run"];
type Artifact = NonNullable<Run["artifacts"]>[number];
type ArtifactLocation = NonNullable<Artifact["location"]>;
type Notification = NonNullable<NonNullable<Run["invocations"]>[number]["toolExecutionNotifications"]>[number];
type PhysicalLocation = NonNullable<NonNullable<SarifResultBuilder["result"]["locations"]>[number]["physicalLocation"]>;
type Region = NonNullable<PhysicalLocation["region"]>;

/** Paths are relative to what this stands for, which whoever reads the report knows. */
const ROOT = "%SRCROOT%";

/** SARIF 2.1.0, for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export const writeSarif = (report: Report, host: Host): void => {
  host.stdout.write(`${JSON.stringify(sarif(report), null, 2)}\n`);
};

const sarif = ({ diagnostics, files, rules = [] }: Report) => {
  const code = exitCodeOf(diagnostics);
  // Code scanning refuses a result without a place; what has none is about the run.
  const results = diagnostics.filter(hasPlace);
  const notices = diagnostics.filter(diagnostic => !hasPlace(diagnostic));
  const run = new SarifRunBuilder({
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { [ROOT]: { description: { text: "The root of the repository." } } },
    artifacts: [...new Set(results.map(({ file = "" }) => file))].map(
      (file): Artifact => ({ location: artifact(file) }),
    ),
    invocations: [
      {
        executionSuccessful: code === exitCodes.clean || code === exitCodes.findings,
        exitCode: code,
        toolExecutionNotifications: notices.map(notification),
      },
    ],
  });
  const { name, version, homepage }: Manifest = packageJson;
  run.initSimple({ toolDriverName: name, toolDriverVersion: version, ...(homepage ? { url: homepage } : {}) });
  for (const rule of rules) run.addRule(describe(rule));
  const described = new Set<string>(rules.map(({ id }) => id));
  for (const id of new Set(results.map(({ code }) => code)))
    if (!described.has(id)) run.addRule(new SarifRuleBuilder({ id, shortDescription: { text: id }, ...tagged(id) }));

  const seen = new Map<string, number>();
  for (const diagnostic of results) {
    const hash = fingerprint(diagnostic);
    const key = `${diagnostic.file}\0${hash}`;
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    const result = new SarifResultBuilder({
      ruleId: diagnostic.code,
      level: diagnostic.severity,
      message: text(diagnostic),
      locations: [{ physicalLocation: place(diagnostic, files) }],
      partialFingerprints: { "codeAndLine/v1": `${hash}:${occurrence}` },
    });
    run.addResult(result);
  }
  const log = new SarifBuilder({ $schema: SCHEMA });
  log.addRun(run);
  return log.buildSarifOutput();
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly homepage?: string;
}

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const tagged = (code: Diagnostic["code"]) => ({ properties: { tags: ["github-actions", areaOf(code)] } });

const describe = ({ id, severity, summary, why, hint, helpUri }: RuleInfo): SarifRuleBuilder =>
  new SarifRuleBuilder({
    id,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${hint}`, markdown: `${why}\n\n**What to do:** ${hint}` },
    defaultConfiguration: { level: severity },
    helpUri,
    ...tagged(id),
  });

const text = ({ message, hint }: Diagnostic) => ({ text: hint === undefined ? message : `${message}\n\n${hint}` });

const notification = (diagnostic: Diagnostic): Notification => ({
  descriptor: { id: diagnostic.code },
  level: diagnostic.severity,
  message: text(diagnostic),
});

/** An absolute path is about a machine, not about a repository. */
const hasPlace = ({ file }: Diagnostic): boolean => file !== undefined && !isAbsolute(file) && !win32.isAbsolute(file);

const artifact = (file: string): ArtifactLocation => ({
  // By way of bytes, as half a character cannot be encoded.
  uri: Buffer.from(file).toString().split("/").map(encodeURIComponent).join("/"),
  uriBaseId: ROOT,
});

/** Where the diagnostic says, else the first changed stretch of its file. */
const place = (diagnostic: Diagnostic, files: readonly FileReport[]): PhysicalLocation => {
  const { file = "", line, column, endLine, endColumn, excerpt } = diagnostic;
  const artifactLocation = artifact(file);
  if (line === undefined) {
    const [hunk] = files.find(report => report.file === file)?.hunks ?? [];
    return hunk ? { artifactLocation, region: { startLine: hunk.line, endLine: hunk.endLine } } : { artifactLocation };
  }
  const region: Region = { startLine: line };
  if (column !== undefined) region.startColumn = column;
  if (endLine !== undefined) region.endLine = endLine;
  // Without a column to begin at, one to end at would make a stretch from the margin.
  if (endColumn !== undefined && column !== undefined) region.endColumn = endColumn;
  if (excerpt === undefined || (endLine ?? line) !== line) return { artifactLocation, region };
  const snippet = excerpt.slice((column ?? 1) - 1, region.endColumn === undefined ? undefined : region.endColumn - 1);
  if (snippet === "") return { artifactLocation, region };
  region.snippet = { text: snippet };
  if (snippet === excerpt) return { artifactLocation, region };
  return { artifactLocation, region, contextRegion: { startLine: line, snippet: { text: excerpt } } };
};
