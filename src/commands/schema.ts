import type { Command } from "commander";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodes } from "../diagnostics/exit-code.ts";
import type { App } from "./app.ts";

/** Prints the JSON Schema of the config. */
export const schema = (program: Command, app: App, end: (code: ExitCode) => void): void => {
  program
    .command("schema")
    .description("print the JSON Schema of the config, for editors")
    .addHelpText(
      "after",
      `
Examples:
  $ creditrisk-ci schema > pipeline.schema.json
  and as the first line of pipeline.config.yaml:
  # yaml-language-server: $schema=pipeline.schema.json`,
    )
    .action(async () => {
      const { configJsonSchema } = await import("../config/json-schema.ts");
      app.host.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
      end(exitCodes.clean);
    });
};
