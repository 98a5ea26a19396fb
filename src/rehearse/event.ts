/** What starts a workflow. */
export type Event =
  | { readonly kind: "push"; readonly branch: string }
  | { readonly kind: "pull_request"; readonly head: string; readonly base: string; readonly fork: boolean }
  | { readonly kind: "schedule"; readonly cron: string; readonly branch: string }
  | {
      readonly kind: "workflow_dispatch";
      readonly branch: string;
      readonly inputs: Readonly<Record<string, string>>;
    };

/** Owner and name of a repository on GitHub. */
export interface Slug {
  readonly owner: string;
  readonly name: string;
}

/** The branch that is checked out. */
export const branchOf = (event: Event): string => (event.kind === "pull_request" ? event.head : event.branch);

/** The event's payload, as far as workflows look into it. https://docs.github.com/webhooks/webhook-events-and-payloads */
export const payloadOf = (event: Event, sha: string, { owner, name }: Slug, defaultBranch: string): object => {
  const fullName = `${owner}/${name}`;
  const base = {
    repository: { full_name: fullName, name, owner: { login: owner }, default_branch: defaultBranch, private: true },
    sender: { login: "rehearsal" },
  };
  switch (event.kind) {
    case "push":
      return { ...base, ref: `refs/heads/${event.branch}`, before: "0".repeat(40), after: sha, commits: [] };
    case "schedule":
      return { ...base, schedule: event.cron };
    case "workflow_dispatch":
      return { ...base, ref: `refs/heads/${event.branch}`, inputs: event.inputs };
    case "pull_request": {
      const repo = { full_name: event.fork ? `somebody/${name}` : fullName, fork: event.fork };
      return {
        ...base,
        action: "opened",
        number: 7,
        pull_request: {
          number: 7,
          draft: false,
          head: { ref: event.head, sha, repo },
          base: { ref: event.base, sha, repo: { full_name: fullName } },
          user: { login: "rehearsal" },
        },
      };
    }
  }
};
