import type { Job, Permissions } from "./workflow.ts";

/** What the token of a job may do, as the file says. */
const permissionsFor = (job: Job): Permissions | undefined => job.permissions ?? job.workflow.permissions;

/** Whether a job may ask GitHub for a token that says who it is (OpenID Connect). */
export const canIdentify = (job: Job): boolean => {
  const permissions = permissionsFor(job);
  return (
    permissions?.all === "write-all" ||
    (permissions?.scopes ?? []).some(({ key, value }) => key === "id-token" && value.text === "write")
  );
};
