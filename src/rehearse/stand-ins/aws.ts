import { run } from "./child.ts";

/** The answer of AWS to a call. The call's types are those of the answer's documentation. */
export const aws = <Answer>(args: readonly string[], env: Readonly<Record<string, string>> = {}): Answer =>
  JSON.parse(run("aws", [...args, "--output", "json", "--no-cli-pager"], { env })) as Answer;
