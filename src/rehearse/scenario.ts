/** How the world of a rehearsal behaves: what AWS and the deployed service do with what a workflow brings them. */
export interface Scenario {
  /** What ECS holds before the run: the service, no such service, or one whose task definition is deregistered. */
  readonly seeded: "ok" | "missing" | "inactive";
  /** How a deployment goes: ECS may take some seconds, put the old version back by itself, or never become stable. */
  readonly rollout: "ok" | "slow" | "reverted" | "never-stable";
  /** Whether ECS accepts the return to the version it ran before. */
  readonly rollback: "ok" | "refused";
  /** How the new version answers for its health: 503 always, or to the first requests only. */
  readonly health: "ok" | "failing" | { readonly failing: number };
  /** How the new version answers to a prediction: 503, 200 with no prediction, 200 with no JSON. */
  readonly predict: "ok" | "failing" | "empty" | "garbled";
  /** How the receivers of notifications answer: 500, or not at all. */
  readonly hooks: "ok" | "failing" | "closed";
}

/** A world in which everything goes well. */
export const calm: Scenario = {
  seeded: "ok",
  rollout: "ok",
  rollback: "ok",
  health: "ok",
  predict: "ok",
  hooks: "ok",
};
