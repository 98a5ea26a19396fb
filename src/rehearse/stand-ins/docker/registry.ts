import { join } from "node:path";
import { need } from "../environment.ts";
import { moment, type Registry } from "../journal.ts";
import { changeJson, readJson } from "../shared-file.ts";
import { Refusal } from "../toolkit.ts";
import { loggedIn } from "./login.ts";
import { checkReference, nameOf, ownerOf, registryOf, withTag } from "./reference.ts";

const file = (): string => join(need("REHEARSAL_STATE"), "registry.json");

/** Puts an image under a name: with a login, and on ghcr.io only below the owner of the repository. */
export const push = (reference: string, digest: string): void => {
  const name = withTag(reference);
  const registry = registryOf(name);
  if (!loggedIn(registry))
    throw new Refusal(
      `ERROR: failed to push ${name}: denied: requested access to the resource is denied (no login for ${registry})`,
    );
  const owner = need("GITHUB_REPOSITORY_OWNER").toLowerCase();
  if (registry === "ghcr.io" && ownerOf(name) !== owner)
    throw new Refusal(
      `ERROR: failed to push ${name}: denied: permission_denied: the token may write to ghcr.io/${owner} only`,
    );
  changeJson<Registry>(file(), {}, registry => ({ ...registry, [name]: { ...moment(), digest } }));
};

/** An image that was pushed: its name with a tag, and its digest. */
interface Found {
  readonly name: string;
  readonly digest: string;
}

/** Whether a digest was pushed under a name, whatever its tag. */
export const isPushed = (name: string, digest: string): boolean =>
  Object.entries(readJson<Registry>(file(), {})).some(
    ([reference, pushed]) => nameOf(reference) === name && pushed.digest === digest,
  );

/** Looks an image up by tag or digest. */
export const findPushed = (reference: string): Found => {
  checkReference(reference, "ERROR: failed to parse");
  const wanted = withTag(reference);
  const found = Object.entries(readJson<Registry>(file(), {})).find(
    ([name, { digest }]) =>
      name === wanted || `${nameOf(name)}@${digest}` === `${nameOf(wanted)}@${wanted.split("@")[1]}`,
  );
  if (!found) throw new Refusal(`ERROR: ${wanted}: not found (a rehearsal has the images pushed in it, and no others)`);
  return { name: found[0], digest: found[1].digest };
};
