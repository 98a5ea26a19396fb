import { readArguments } from "../arguments.ts";
import { recordDocker } from "../journal.ts";
import { Refusal } from "../toolkit.ts";
import { build } from "./build.ts";
import { createBuilder, inspectBuilder, listBuilders, removeBuilder, useBuilder } from "./builders.ts";
import { localDigest, nameImage } from "./local-images.ts";
import { logIn, logOut } from "./login.ts";
import { checkReference } from "./reference.ts";
import { findPushed, push } from "./registry.ts";

/** Where docker is called, and what it is given. */
interface Call {
  readonly cwd: string;
  readonly stdin?: string;
}

/** How a call of docker ended. */
interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

const VERSION = "28.0.0";

const login = (argv: readonly string[], stdin: string): string => {
  const args = readArguments(argv, ["-u", "--username", "-p", "--password"]);
  const password = args.has("--password-stdin") ? stdin.trim() : (args.last("-p", "--password") ?? "");
  logIn(args.rest[0] ?? "docker.io", args.last("-u", "--username") ?? "", password);
  return "Login Succeeded";
};

const logout = ([registry = "docker.io"]: readonly string[]): string => {
  logOut(registry);
  return `Removing login credentials for ${registry}`;
};

const pushImage = (argv: readonly string[]): string => {
  const [reference = ""] = readArguments(argv, ["--platform"]).rest;
  checkReference(reference, "ERROR: failed to push");
  const digest = localDigest(reference);
  push(reference, digest);
  return `${reference}: digest: ${digest}`;
};

const pull = (argv: readonly string[]): string => {
  const [reference = ""] = readArguments(argv, ["--platform"]).rest;
  const { name, digest } = findPushed(reference);
  nameImage(name, digest);
  return `Digest: ${digest}`;
};

const tag = ([source = "", target = ""]: readonly string[]): string => {
  checkReference(target, "ERROR: failed to tag");
  nameImage(target, localDigest(source));
  return "";
};

const inspectImage = (argv: readonly string[]): string => {
  const args = readArguments(argv, ["--format", "--builder"]);
  const found = findPushed(args.rest[0] ?? "");
  const format = args.last("--format") ?? "";
  const manifest = { ...found, mediaType: "application/vnd.oci.image.index.v1+json" };
  if (format.includes("json")) return JSON.stringify(format.includes(".Manifest") ? manifest : { manifest });
  if (format.includes("Digest")) return found.digest;
  if (args.has("--raw")) return JSON.stringify({ schemaVersion: 2, mediaType: manifest.mediaType, manifests: [] });
  return `Name:      ${found.name}\nMediaType: ${manifest.mediaType}\nDigest:    ${found.digest}`;
};

const retag = (argv: readonly string[]): string => {
  const args = readArguments(argv, ["-t", "--tag", "-f", "--file", "--builder", "--annotation"]);
  const { digest } = findPushed(args.rest[0] ?? "");
  for (const target of args.all("-t", "--tag")) {
    checkReference(target, "ERROR: failed to parse");
    push(target, digest);
  }
  return `pushed ${digest}`;
};

const imagetools = ([verb = "", ...argv]: readonly string[]): string => {
  if (verb === "inspect") return inspectImage(argv);
  if (verb === "create") return retag(argv);
  throw new Refusal(`docker buildx imagetools ${verb}: a rehearsal does not know this command`);
};

const create = (argv: readonly string[]): string => {
  const valued = [
    "--name",
    "--driver",
    "--driver-opt",
    "--buildkitd-flags",
    "--buildkitd-config",
    "--config",
    "--platform",
    "--node",
  ];
  const args = readArguments(argv, valued);
  return createBuilder(
    args.last("--name") ?? "rehearsal",
    args.last("--driver") ?? "docker-container",
    args.has("--use"),
  );
};

const buildx = ([verb = "", ...argv]: readonly string[], { cwd }: Call): string => {
  const builder = (): string | undefined => {
    const args = readArguments(argv, ["--builder"]);
    return args.rest[0] ?? args.last("--builder");
  };
  switch (verb) {
    case "build":
    case "b":
      return build(argv, cwd);
    case "create":
      return create(argv);
    case "inspect":
      return inspectBuilder(builder());
    case "use":
      return useBuilder(builder() ?? "default");
    case "rm":
      return removeBuilder(builder());
    case "ls":
      return listBuilders();
    case "imagetools":
      return imagetools(argv);
    case "version":
      return "github.com/docker/buildx v0.29.1 rehearsal";
    default:
      throw new Refusal(`docker buildx ${verb}: a rehearsal does not know this command`);
  }
};

const version = (argv: readonly string[]): string => {
  const format = readArguments(argv, ["-f", "--format"]).last("-f", "--format") ?? "";
  if (format.includes("json")) return JSON.stringify({ Client: { Version: VERSION }, Server: { Version: VERSION } });
  return format === "" ? `Client:\n Version: ${VERSION}\nServer:\n Version: ${VERSION}` : VERSION;
};

const info = (argv: readonly string[]): string => {
  const format = readArguments(argv, ["-f", "--format"]).last("-f", "--format") ?? "";
  return format.includes("json") ? JSON.stringify({ ServerVersion: VERSION }) : `Server Version: ${VERSION}`;
};

const dispatch = ([verb = "", ...argv]: readonly string[], call: Call): string => {
  switch (verb) {
    case "buildx":
      return buildx(argv, call);
    case "build":
      return build(argv, call.cwd);
    case "login":
      return login(argv, call.stdin ?? "");
    case "logout":
      return logout(argv);
    case "push":
      return pushImage(argv);
    case "pull":
      return pull(argv);
    case "tag":
      return tag(argv);
    case "version":
      return version(argv);
    case "--version":
      return `Docker version ${VERSION}`;
    case "info":
      return info(argv);
    default:
      throw new Refusal(`docker ${verb}: a rehearsal has no container engine, so that nothing in an image can run`);
  }
};

/** The arguments without a password, which may be among them. */
const recordable = (argv: readonly string[]): readonly string[] =>
  argv[0] !== "login"
    ? argv
    : argv.map((word, index) =>
        /^(?:-p|--password)$/.test(argv[index - 1] ?? "") ? "***" : word.replace(/^(-p|--password)=.*$/s, "$1=***"),
      );

/** `docker` without an engine: builds and pushes leave what they would, and are refused where they would be. */
export const docker = (argv: readonly string[], call: Call): Ended => {
  try {
    const out = dispatch(argv, call);
    recordDocker({ argv: recordable(argv), exit: 0 });
    return { exit: 0, out, err: "" };
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    recordDocker({ argv: recordable(argv), exit: 1, error: problem.message });
    return { exit: 1, out: "", err: problem.message };
  }
};
