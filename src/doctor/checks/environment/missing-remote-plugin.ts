import { dvcConfig } from "../../../repository/dvc/config.ts";
import { extraFor } from "../../../repository/dvc/plugins.ts";
import { packageLock } from "../../../repository/python-packages/lock.ts";
import type { Requirement } from "../../../repository/python-packages/requirement.ts";
import type { CheckContext } from "../../check.ts";
import { defineCheck } from "../../check.ts";
import type { Fix } from "../../fix.ts";
import { installedBy } from "../../installed.ts";

export const missingRemotePlugin = defineCheck({
  id: "repository/missing-remote-plugin",
  severity: "error",
  summary: "DVC is installed without the plugin that its remote needs.",
  why: "DVC ends with `s3 is supported, but requires 'dvc-s3' to be installed`: the data is neither pulled nor pushed.",
  hint: "install DVC with the extra of its remote: `dvc[s3]`",
  reference: "https://doc.dvc.org/user-guide/data-management/remote-storage",
  examples: {
    bad: {
      "requirements.txt":
        "bandit==1.8.6\ndvc==3.67.1\nfastapi==0.128.0\njoblib==1.5.3\nmlflow==3.9.0\npytest==9.0.2\nruff==0.14.6\nuvicorn==0.38.0\n",
      "pipeline.config.yaml": 'dvc: { remote: { url: "s3://demo-data/store" } }\n',
    },
    good: { "pipeline.config.yaml": 'dvc: { remote: { url: "s3://demo-data/store" } }\n' },
  },
  check: (context, report) => {
    const { repository, commands, pipeline } = context;
    const address = addressOf(context);
    const needed = extraFor(address?.url);
    const installed = installedBy(repository, commands);
    if (!address || !needed || !installed.isKnown) return;
    const { scheme, extra: plugin } = needed;
    const all = installed.requirements;
    const own = all.filter(({ name }) => name === "dvc");
    const [dvc] = own;
    if (!dvc || all.some(one => brings(one, plugin))) return;
    const isLocked = installed.isLocked && packageLock(repository, pipeline.root) !== undefined;
    const fix = isLocked ? undefined : withExtra(dvc, plugin);
    report(
      dvc.spot,
      `this installs DVC without its plugin for ${scheme}://, which ${address.title} needs: neither \`dvc pull\` nor \`dvc push\` works`,
      {
        ...(address.isCertain ? {} : { severity: "warning" as const }),
        hint: isLocked
          ? `ask for \`dvc[${plugin}]\` and bring the lock file up to date`
          : `ask for \`dvc[${plugin}]\` instead`,
        ...(fix && { fix }),
      },
    );
  },
});

const brings = ({ name, extras, url }: Requirement, plugin: string): boolean =>
  name === `dvc-${plugin}` ||
  (name === "dvc" &&
    (url !== undefined || extras.some(extra => extra === "all" || extra === "dev" || extra.startsWith(plugin))));

interface Address {
  readonly url: string;
  readonly title: string;
  /** Whether the workflows certainly use it: a secret may hold another one. */
  readonly isCertain: boolean;
}

const addressOf = ({ repository, pipeline, field }: CheckContext): Address | undefined => {
  const { remote } = pipeline.dvc;
  if (remote && typeof remote.url === "string")
    return { url: remote.url, title: field(["dvc", "remote", "url"]), isCertain: true };
  const config = dvcConfig(repository, pipeline.root);
  const url = config?.remotes.get(config.defaultRemote ?? "");
  return config && url !== undefined
    ? { url, title: `the default remote in \`${config.file}\``, isCertain: remote === false }
    : undefined;
};

const withExtra = ({ parts, spot }: Requirement, plugin: string): Fix | undefined => {
  if (!parts) return undefined;
  const { nameEnd, extrasEnd } = parts;
  const edit =
    extrasEnd === undefined ? { start: nameEnd, text: `[${plugin}]` } : { start: extrasEnd, text: `,${plugin}` };
  return {
    title: `ask for \`dvc[${plugin}]\` in ${spot.file}`,
    edits: [{ file: spot.file, end: edit.start, ...edit }],
  };
};
