/**
 * The scopes of the GITHUB_TOKEN.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
 */
export const permissionScopes = [
  "actions",
  "artifact-metadata",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "security-events",
  "statuses",
] as const;

export type PermissionScope = (typeof permissionScopes)[number];

/** One line of `permissions:`; the reason is its comment in the workflow. */
export interface Permission {
  readonly access: "read" | "write";
  readonly reason: string;
}

/** Scopes that GitHub knows at one level only. */
export const onlyLevel: Readonly<Partial<Record<PermissionScope, Permission["access"]>>> = {
  "id-token": "write",
  models: "read",
};

export type Permissions = Readonly<Partial<Record<PermissionScope, Permission>>>;

export const read = (reason: string): Permission => ({ access: "read", reason });
export const write = (reason: string): Permission => ({ access: "write", reason });
