import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { MachineFault } from "../host/host.ts";
import type { Scenario } from "./scenario.ts";

/** One deployment target in the fake AWS account. */
export interface Target {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  /** Container of the task definition that gets the image. */
  readonly container: string;
  /** Family of the task definition. */
  readonly family: string;
}

export interface WorldOptions {
  readonly python: string;
  /** Folder that holds `world/` and the stand-ins. */
  readonly assets: string;
  /** Journals and what the programs of a rehearsal share. */
  readonly state: string;
  /** Owner of the repository, in lower case. */
  readonly owner: string;
  /** Absent: nothing is deployed. */
  readonly target?: Target | undefined;
  /** S3 bucket that exists from the start. */
  readonly bucket: string;
  readonly scenario: Scenario;
  /** Globs of the Python interpreters that may run the deployed image's own command. */
  readonly servicePythons: readonly string[];
}

/** A request that reached the deployed service, or a receiver of notifications. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The task definition that answered. */
  readonly taskDefinition?: string;
}

export interface AwsCall {
  readonly action: string;
  readonly service: string;
  readonly region: string;
  /** Access key id the call was signed with. */
  readonly key: string;
  readonly status: number;
}

/** What a run left behind outside its own machine. */
export interface WorldState {
  readonly ecs: {
    readonly seeded: string | null;
    readonly current: string | null;
    /** Image by container, of the current task definition. */
    readonly images: Readonly<Record<string, string>>;
    /** Task definitions the service was updated to, in order. */
    readonly updates: readonly string[];
    readonly events: readonly { readonly event: string; readonly taskDefinition: string; readonly reason?: string }[];
    /** What answers for the current version: the image's own command, or a stand-in. */
    readonly running: "image" | "stand-in" | null;
  };
  readonly cloudwatch: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly max: number;
    readonly samples: number;
  }[];
  /** Keys by bucket. */
  readonly s3: Readonly<Record<string, readonly string[]>>;
  readonly calls: readonly AwsCall[];
  readonly http: readonly Request[];
}

/** An AWS account, the deployed service and the receivers of notifications, all of them on 127.0.0.1. */
export interface World {
  readonly aws: string;
  readonly web: string;
  /** The folder it was started with. */
  readonly state: string;
  readonly look: () => Promise<WorldState>;
  readonly put: (bucket: string, key: string, body: Uint8Array) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Where a notification is sent: `hook(world, "slack")`. */
export const hook = ({ web }: World, name: string): string => `${web}/_hooks/${name}`;

/** Starts the world. Throws a {@link MachineFault} when it cannot be started. */
export const startWorld = async (options: WorldOptions): Promise<World> => {
  const { python, assets, state, owner, target, bucket, scenario, servicePythons } = options;
  mkdirSync(state, { recursive: true });
  const file = join(state, "scenario.json");
  const place = target ?? { region: "eu-west-1", cluster: "none", service: "none", container: "none", family: "none" };
  const settings = { state, ...place, deploy: target !== undefined, owner, bucket, servicePythons, ...scenario };
  writeFileSync(file, JSON.stringify(settings));
  const log = join(state, "world.log");
  const child = execa(python, ["-B", "-E", "-s", join(assets, "world/world.py"), file], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: { file: log },
    reject: false,
    buffer: false,
    detached: true,
  });
  const ended = child.then(() => undefined);
  const line = await Promise.race([firstLine(child.stdout), ended]);
  if (line === undefined) {
    child.kill();
    const said = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").at(-1) : "";
    throw new MachineFault({
      code: "machine/rehearsal",
      message: `the fake AWS did not start: ${said || child.exitCode}`,
      hint: "the Python tools of rehearsals are not whole: delete their folder, and run it again to be told how they are installed",
    });
  }
  const ports = JSON.parse(line) as { readonly aws: number; readonly web: number };
  const web = `http://127.0.0.1:${ports.web}`;
  return {
    aws: `http://127.0.0.1:${ports.aws}`,
    web,
    state,
    look: async () => (await (await fetch(`${web}/_world`)).json()) as WorldState,
    put: async (store, key, body) => {
      const answer = await fetch(`${web}/_world/s3/${store}/${key}`, { method: "PUT", body: Buffer.from(body) });
      if (!answer.ok) throw new Error(`the fake S3 answered ${answer.status}`);
    },
    stop: async () => {
      child.stdin.end();
      const patience = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(patience);
    },
  };
};

const firstLine = async (stream: NodeJS.ReadableStream): Promise<string | undefined> => {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
};
