import type { RepositoryContents } from "../../repository/contents.ts";
import type { Ledger } from "./ledger.ts";
import type { Roles } from "./run.ts";

/** What each reader of a part of the config is given. */
export interface Context {
  readonly roles: Roles;
  readonly ledger: Ledger;
  readonly repository: RepositoryContents;
  /** The folder of the Python project, relative to the repository. */
  readonly root: string;
  readonly branch: string;
}
