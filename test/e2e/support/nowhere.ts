import { mkdirSync } from "node:fs";
import type { World, WorldState } from "../../../src/rehearse/world.ts";

const NOBODY = "http://127.0.0.1:9";
const untouched: WorldState = {
  ecs: { seeded: null, current: null, images: {}, updates: [], events: [], running: null },
  cloudwatch: [],
  s3: {},
  calls: [],
  http: [],
};

/** A world in which nobody answers, for runs that have nothing to ask of anybody; it costs no process. */
export const nowhere = (state: string): World => {
  mkdirSync(state, { recursive: true });
  return {
    aws: NOBODY,
    web: NOBODY,
    state,
    look: async () => untouched,
    put: async () => {
      throw new Error("there is nothing to put anything into");
    },
    stop: async () => {},
  };
};
