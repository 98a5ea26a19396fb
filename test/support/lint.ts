import { join } from "node:path";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { nodeHost } from "../../src/host/node.ts";
import { lintFile } from "../../src/lint/lint.ts";
import type { Rule } from "../../src/lint/rule.ts";
import { rules } from "../../src/lint/rules/index.ts";
import type { RepositoryContents } from "../../src/repository/contents.ts";
import { listFolder } from "../../src/repository/contents.ts";

/** The small repository that examples and corpus are written for: a DVC project, a package, two Dockerfiles. */
export const exampleRepository: RepositoryContents = listFolder(
  join(import.meta.dirname, "../lint/repository"),
  nodeHost().files,
);

/** What is wrong with a workflow of that repository. */
export const findings = (
  text: string | Uint8Array,
  name = "example.yaml",
  list: readonly Rule[] = rules,
): Promise<readonly Diagnostic[]> =>
  lintFile(
    { path: `.github/workflows/${name}`, bytes: typeof text === "string" ? Buffer.from(text) : text },
    list,
    exampleRepository,
  );
