import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { need } from "./environment.ts";

/** When and in which job something was recorded; the time is in seconds. */
interface Moment {
  readonly time: number;
  readonly job: string;
}

/** A noteworthy call of an action, told apart by `kind`. */
export type ActionCall =
  | {
      readonly kind: "checkout";
      readonly ref: string;
      /** 0: the whole history. */
      readonly depth: number;
      readonly persistCredentials: boolean;
    }
  | { readonly kind: "setup-python"; readonly version: string }
  | { readonly kind: "setup-uv"; readonly python: string }
  | { readonly kind: "setup-node"; readonly version: string }
  | { readonly kind: "cache-restore"; readonly key: string; readonly matched: string | null }
  | { readonly kind: "cache-save"; readonly key: string; readonly saved: boolean }
  | {
      readonly kind: "artifact-upload";
      readonly name: string;
      /** Paths inside the artifact, sorted. */
      readonly files: readonly string[];
      readonly bytes: number;
      readonly retentionDays: number | null;
    }
  | {
      readonly kind: "artifact-download";
      readonly name: string;
      /** The folder they went to. */
      readonly path: string;
      readonly files: readonly string[];
    }
  | { readonly kind: "login"; readonly registry: string; readonly username: string }
  | {
      readonly kind: "build";
      readonly tags: readonly string[];
      readonly digest: string;
      readonly pushed: boolean;
    }
  | { readonly kind: "attest"; readonly name: string; readonly digest: string }
  | {
      readonly kind: "aws-credentials";
      readonly region: string;
      readonly role: string | null;
      readonly oidc: boolean;
    }
  | { readonly kind: "render"; readonly container: string; readonly image: string }
  | {
      readonly kind: "deploy";
      readonly taskDefinition: string;
      readonly service: string;
      readonly cluster: string;
    }
  | { readonly kind: "unknown"; readonly action: string };

/** A line of `actions.jsonl`. */
export type ActionRecord = Moment & ActionCall;

/** A call of a program: what it was given, and how it ended. */
interface ProgramCall {
  readonly argv: readonly string[];
  readonly exit: number;
}

/** A line of `docker.jsonl`. */
export type DockerRecord = Moment & ProgramCall & { readonly error?: string };

/** A line of `gh.jsonl`. */
export type GhRecord = Moment & ProgramCall;

/** The content of `registry.json`: every pushed reference, with its tag. */
export type Registry = Readonly<Record<string, Moment & { readonly digest: string }>>;

/** The content of `images/<hex>/image.json`: what a built image is, beside the files in `root`. */
export interface ImageFacts {
  readonly digest: string;
  readonly dockerfile: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly user: string | null;
  readonly exposed: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** Now, in this job. */
export const moment = (): Moment => ({ time: Date.now() / 1000, job: process.env.GITHUB_JOB ?? "" });

/** One write of one line: jobs that run at the same time share the file. */
const append = (file: string, entry: object): void =>
  appendFileSync(join(need("REHEARSAL_STATE"), file), `${JSON.stringify({ ...moment(), ...entry })}\n`);

/** Writes down a call of an action. */
export const recordAction = (call: ActionCall): void => append("actions.jsonl", call);

/** Writes down a call of docker. */
export const recordDocker = (call: Omit<DockerRecord, keyof Moment>): void => append("docker.jsonl", call);

/** Writes down a call of gh. */
export const recordGh = (call: Omit<GhRecord, keyof Moment>): void => append("gh.jsonl", call);
