import type { RepositoryContents } from "../../repository/contents.ts";
import { dvcConfig } from "../../repository/dvc/config.ts";
import { dvcFiles } from "../../repository/dvc/dvc-file.ts";
import { decide, type Findings, findings, leaveOpen } from "../proposal.ts";
import type { Evidence } from "./evidence.ts";
import { asksFor, packageSources } from "./packages.ts";
import type { Plugin } from "./python.ts";

const CREDENTIALS = { secret: "DVC_REMOTE_CREDENTIALS" };

/** Where the data lies. */
export const detectRemote = ({ repository, folder }: Evidence): Findings => {
  const { config, url, name, spot } = defaultRemote(repository, folder);
  if (config === undefined || name === undefined)
    return findings(
      decide(["dvc", "remote"], false, "`.dvc/config` names no default remote, so nothing is pulled"),
      ...(dvcFiles(repository).some(({ isImport }) => !isImport)
        ? [
            leaveOpen(
              "dvc.remote",
              "`.dvc` files stand for data, but `.dvc/config` names no default remote to pull it from",
              REMOTE_HINT,
            ),
          ]
        : []),
    );
  if (url === undefined) return leaveOpenRemote(`the default remote \`${name}\` of \`${config}\` has no address there`);
  const scheme = schemeOf(url);
  if (scheme === undefined)
    return leaveOpenRemote(`the default remote \`${name}\` of \`${config}\` is a folder of one machine, \`${url}\``);
  const kind = KINDS[scheme];
  return findings(
    // Under its own name, so that what else is set for it there stays in force.
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 50
      ? decide(["dvc", "remote", "name"], name, `\`${name}\` is the default remote of \`${config}\``, spot)
      : {},
    decide(["dvc", "remote", "url"], url, `the address is that of \`${name}\` in \`${config}\``, spot),
    kind?.credentials === "none"
      ? decide(["dvc", "remote", "credentials"], false, `${scheme} needs no credentials`)
      : kind?.credentials === "elsewhere"
        ? findings(
            decide(["dvc", "remote", "credentials"], false, `credentials of ${scheme} are no environment variables`),
            leaveOpen(
              "dvc.remote.credentials",
              `how a runner gets access over ${scheme} is not known`,
              "give the runner access of its own, or add a step through `extend`",
            ),
          )
        : decide(["dvc", "remote", "credentials"], CREDENTIALS, `${scheme} needs credentials`),
  );
};

const REMOTE_HINT =
  "push the data to a remote that a runner can reach (`dvc remote add --default …`, `dvc push`), and set `dvc.remote`";

const leaveOpenRemote = (why: string): Findings =>
  findings(decide(["dvc", "remote"], false, `${why}: nothing is pulled`), leaveOpen("dvc.remote", why, REMOTE_HINT));

interface Kind {
  readonly plugin?: string;
  readonly credentials: "secret" | "none" | "elsewhere";
}

/** https://doc.dvc.org/user-guide/data-management/remote-storage */
const KINDS: Readonly<Record<string, Kind>> = {
  s3: { plugin: "s3", credentials: "secret" },
  azure: { plugin: "azure", credentials: "secret" },
  gs: { plugin: "gs", credentials: "secret" },
  gcs: { plugin: "gs", credentials: "secret" },
  gdrive: { plugin: "gdrive", credentials: "secret" },
  oss: { plugin: "oss", credentials: "secret" },
  ssh: { plugin: "ssh", credentials: "elsewhere" },
  hdfs: { plugin: "hdfs", credentials: "elsewhere" },
  webdav: { plugin: "webdav", credentials: "elsewhere" },
  webdavs: { plugin: "webdav", credentials: "elsewhere" },
  http: { credentials: "none" },
  https: { credentials: "none" },
};

const schemeOf = (url: string): string | undefined => /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();

const defaultRemote = (repository: RepositoryContents, folder: string) => {
  const config = dvcConfig(repository, folder);
  const name = config?.defaultRemote;
  const url = name === undefined ? undefined : config?.remotes.get(name);
  const spot = name === undefined ? undefined : config?.places.remotes.get(name);
  return { config: config?.file, name, url, spot };
};

/** What DVC lacks: itself, or what it needs for the kind of the remote. `url`: as the config will have it. */
export const missingDvc = ({ repository, folder }: Evidence, url: unknown): readonly Plugin[] => {
  const sources = packageSources(repository, folder);
  const scheme = typeof url === "string" ? schemeOf(url) : undefined;
  const plugin = scheme === undefined ? undefined : KINDS[scheme]?.plugin;
  const asked = sources.flatMap(source => source.requirements).filter(({ name }) => name === "dvc");
  if (asked.length === 0 && !asksFor(sources, ...(plugin ? [`dvc-${plugin}`] : [])))
    return [{ package: plugin === undefined ? "dvc" : `dvc[${plugin}]`, reason: "no dependency brings DVC" }];
  const has =
    plugin === undefined ||
    asked.some(({ extras }) => extras.includes(plugin) || extras.includes("all")) ||
    asksFor(sources, `dvc-${plugin}`);
  return has ? [] : [{ package: `dvc-${plugin}`, reason: `a remote on ${scheme} needs \`dvc-${plugin}\`` }];
};
