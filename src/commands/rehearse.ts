import type { Command } from "commander";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { workflowNames } from "../model/workflow-name.ts";
import type { App, GlobalOptions } from "./app.ts";

export interface RehearseOptions extends GlobalOptions {
  readonly fail?: string;
  readonly secretFile?: string;
  readonly pipeline?: string;
  readonly list?: boolean;
  readonly keep?: string;
}

/** Runs a generated workflow on this machine. */
export const rehearse = (program: Command, app: App, end: (code: ExitCode) => void): void => {
  program
    .command("rehearse")
    .description("run a generated workflow on this machine, in a copy of the repository and against a fake AWS")
    .argument("<workflow>", workflowNames.join(", "))
    .option("--fail <step>", "make a step fail, and see what the workflow makes of it")
    .option("--list", "list the steps that can be made to fail, and how each of them does")
    .option("--secret-file <file>", "values of secrets, a line each: NAME=value; the others are made up")
    .option("--pipeline <name>", "which pipeline, where the config holds several")
    .option("--keep <folder>", "keep the copy, the logs and what was made in a new folder, to look at")
    .addHelpText(
      "after",
      `
Nothing is installed, and the repository is only read. Whatever the workflow talks to is on this machine; steps get proxies that lead nowhere.

Examples:
  $ creditrisk-ci rehearse cd                  what would be built, deployed and promoted?
  $ creditrisk-ci rehearse cd --fail smoke     does the service get back its old version?
  $ creditrisk-ci rehearse nightly --list      what can be made to fail?`,
    )
    .action(async (workflow: string, _options, command: Command) => {
      const options = command.optsWithGlobals<RehearseOptions>();
      const { prepare } = await import("./prepare-rehearsal.ts");
      const prepared = await prepare(app, options, workflow);
      end(prepared.ok ? await prepared.value() : await app.refuse(options, "rehearse", prepared.diagnostics));
    });
};
