import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { loggedIn } from "../docker/login.ts";
import { registryOf } from "../docker/reference.ts";
import { isPushed } from "../docker/registry.ts";
import { need } from "../environment.ts";
import { recordAction } from "../journal.ts";
import { flag, info, input, inWorkspace, Refusal, setOutput, withoutEffect } from "../toolkit.ts";

interface Subject {
  readonly name: string;
  readonly digest: string;
}

const byDigest = (name: string, digest: string): Subject => {
  if (name === "") throw new Refusal("subject-name must be provided when using subject-digest");
  if (!/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new Refusal(`subject-digest must be in the format "sha256:<hex-digest>": ${digest}`);
  return { name, digest };
};

const byPath = (name: string, path: string): Subject => {
  const file = inWorkspace(path);
  if (/[*?[\]{}\n]/.test(path) || (existsSync(file) && !statSync(file).isFile()))
    throw new Refusal(`A rehearsal attests one file, and knows no patterns: ${path}`);
  if (!existsSync(file)) throw new Refusal(`Could not find subject at path ${path}`);
  const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
  return { name: name || basename(file), digest: `sha256:${digest}` };
};

const readSubject = (): Subject => {
  const [name, digest, path] = [input("subject-name"), input("subject-digest"), input("subject-path")];
  if (digest !== "" && path !== "")
    throw new Refusal("Only one of subject-path, subject-digest, or subject-checksums may be provided");
  if (digest !== "") return byDigest(name, digest);
  if (path !== "") return byPath(name, path);
  if (input("subject-checksums") !== "")
    throw new Refusal("A rehearsal attests a digest or a file, and reads no subject-checksums");
  throw new Refusal("One of subject-path, subject-digest, or subject-checksums must be provided");
};

/** An attestation in a registry lies beside the image, and needs both it and the right to push. */
const checkRegistry = ({ name, digest }: Subject): void => {
  if (/:[^/]+$/.test(name)) throw new Refusal(`subject-name must be the image's name without a tag: ${name}`);
  const registry = registryOf(name);
  if (!loggedIn(registry)) throw new Refusal(`No credential found for registry ${registry}`);
  if (!isPushed(name, digest)) throw new Refusal(`Error fetching ${name}@${digest} from ${registry}: not found`);
};

/** Says where an artifact comes from; nothing is signed. */
export const attest = {
  main: () => {
    if (!process.env.ACTIONS_ID_TOKEN_REQUEST_URL)
      throw new Refusal('missing "id-token" permission. Please add "permissions: id-token: write" to your workflow.');
    withoutEffect("sbom-path", "predicate", "predicate-path");
    const subject = readSubject();
    if (flag("push-to-registry", false)) checkRegistry(subject);
    const [id, bundle] = [subject.digest.slice(7, 19), join(need("RUNNER_TEMP"), "attestation.json")];
    writeFileSync(
      bundle,
      JSON.stringify({
        _type: "https://in-toto.io/Statement/v1",
        subject: [{ name: subject.name, digest: { sha256: subject.digest.slice(7) } }],
        predicateType: input("predicate-type") || "https://slsa.dev/provenance/v1",
        predicate: {},
      }),
    );
    setOutput("bundle-path", bundle);
    setOutput("attestation-id", id);
    setOutput("attestation-url", `${need("GITHUB_SERVER_URL")}/${need("GITHUB_REPOSITORY")}/attestations/${id}`);
    info(`Attestation for ${subject.name}@${subject.digest}, unsigned`);
    recordAction({ kind: "attest", ...subject });
  },
};
