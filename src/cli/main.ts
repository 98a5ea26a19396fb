import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import type { GlobalOptions } from "../commands/app.ts";
import { createApp } from "../commands/app.ts";
import { commands } from "../commands/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodes } from "../diagnostics/exit-code.ts";
import { formats } from "../diagnostics/report.ts";
import type { Host } from "../host/host.ts";
import { MachineFault } from "../host/host.ts";
import { kindBehindLinks } from "../host/links.ts";
import type { Template } from "../template.ts";
import { version } from "../version.ts";

/**
 * Runs the tool: arguments (without node and script) and a world in, an exit code out. Throws nothing. What `--version` and
 * `--help` do not need, the templates among it, is loaded when a command asks for it.
 */
export const main = async (
  args: readonly string[],
  host: Host,
  templates: () => Promise<readonly Template[]>,
): Promise<ExitCode> => {
  let code: ExitCode = exitCodes.clean;
  const folder = ({ cwd }: GlobalOptions) => (cwd === undefined ? host.cwd : resolve(host.cwd, cwd));
  const app = createApp(host, templates, async options => (await import("../project.ts")).openProject(options), folder);
  const program = createProgram(host);
  for (const add of commands)
    add(program, app, ended => {
      code = ended;
    });
  program.hook("preAction", () => requireFolder(program.opts(), folder, host));
  try {
    requireNoNul(args);
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
    const expected = error instanceof MachineFault || error instanceof WrongUse;
    return app.refuse(program.opts(), program.args[0] ?? "", [expected ? error.diagnostic : bug(error, host)]);
  }
};

/** Wrong use that is no command's own business. */
class WrongUse extends Error {
  readonly diagnostic: Diagnostic;

  constructor(message: string, hint: string) {
    super(message);
    this.diagnostic = { code: "usage/invalid-argument", severity: "error", message, hint };
  }
}

const requireNoNul = (args: readonly string[]): void => {
  const bad = args.find(argument => argument.includes("\0"));
  if (bad !== undefined)
    throw new WrongUse(`an argument holds a NUL character: ${JSON.stringify(bad)}`, "no path or name can hold one");
};

const requireFolder = (options: GlobalOptions, folder: (options: GlobalOptions) => string, { files }: Host): void => {
  if (options.cwd !== undefined && kindBehindLinks(files, folder(options)) !== "directory")
    throw new WrongUse(
      `\`--cwd\` names ${JSON.stringify(options.cwd)}, which is no folder`,
      "name a folder of the repository, relative to the working directory",
    );
};

const createProgram = (host: Host): Command => {
  const program = new Command("creditrisk-ci")
    .description("One typed pipeline config becomes three GitHub Actions workflows, and `check` keeps them true.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .option("--config <file>", "the config; default: pipeline.config.{ts,mts,js,mjs,json,yaml,yml}, here or above")
    .option("--cwd <folder>", "run as if started there")
    .addOption(
      new Option("--format <format>", "form of the output; in a GitHub job the default is github").choices(formats),
    )
    .option("-q, --quiet", "print problems only")
    .option("--no-color", "no colours; NO_COLOR does the same")
    .exitOverride()
    .configureOutput({
      writeOut: text => host.stdout.write(text),
      writeErr: text => host.stderr.write(text),
      outputError: (text, write) => write(`${text.trim()}\n  → see \`creditrisk-ci --help\`\n`),
    })
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      `
Exit codes: 0 clean, 1 drift or findings, 2 wrong use or invalid config, 3 a bug of ours, 4 the machine's fault.

Examples:
  $ creditrisk-ci generate   write .github/workflows from pipeline.config.ts
  $ creditrisk-ci check      are the committed workflows what the config means?`,
    );
  return program;
};

/** What must not happen: says so, asks for a report, and shows the stack to those who ask for it. */
const bug = (error: unknown, host: Host): Diagnostic => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  if (host.env.CREDITRISK_CI_DEBUG && stack) host.stderr.write(`${stack}\n`);
  return {
    code: "internal/bug",
    severity: "error",
    message: `a bug in creditrisk-ci ${version}: ${message.split("\n")[0]}`,
    hint: "please report it with your config; CREDITRISK_CI_DEBUG=1 shows where it happened",
  };
};
