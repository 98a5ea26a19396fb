import type { ConfigInput } from "./config/schema.ts";
import type { OutputReference, SecretReference, VariableReference } from "./config/values.ts";

export type { ConfigInput, OutputReference, SecretReference, VariableReference };

/** Gives a config its type; returns it unchanged. A repository with several pipelines passes `{ pipelines: [ … ] }`. */
export const defineConfig = (config: ConfigInput): ConfigInput => config;

/**
 * A secret of the repository or of the job's environment, by name. With `optional` the workflows go on without it.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets
 */
export const secret = (name: string, options: { readonly optional?: boolean } = {}): SecretReference =>
  options.optional === undefined ? { secret: name } : { secret: name, optional: options.optional };

/**
 * A configuration variable of the repository or of the job's environment, by name.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-variables
 */
export const variable = (name: string): VariableReference => ({ variable: name });

/** An output of an earlier step of the same job; for the `env` and `with` of a step added through `extend`. */
export const output = (step: string, name: string): OutputReference => ({ output: { step, name } });
