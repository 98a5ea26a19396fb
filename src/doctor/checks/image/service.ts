import { posix } from "node:path";
import type { StartCommand } from "../../../repository/docker/dockerfile.ts";
import { finalStages } from "../../../repository/docker/dockerfile.ts";
import type { CheckContext } from "../../check.ts";
import type { Build } from "./builds.ts";
import { buildsOf } from "./builds.ts";

/** The application that the deployed image serves. */
export interface Service {
  readonly build: Build;
  /** `risk.api` of `uvicorn risk.api:app`. */
  readonly module: string;
  readonly start: StartCommand;
}

/** Told by the words behind the server of the image that is deployed; absent where it is started in another way. */
export const serviceOf = (context: CheckContext): Service | undefined => {
  const { deploy } = context.pipeline;
  const build = deploy ? buildsOf(context).find(({ image }) => image.name === deploy.image) : undefined;
  if (!build?.dockerfile) return undefined;
  const stages = finalStages(build.dockerfile);
  const entrypoint = stages.find(stage => stage.entrypoint);
  const command = stages.slice(0, entrypoint ? stages.indexOf(entrypoint) + 1 : undefined).find(stage => stage.command);
  const parts = [entrypoint?.entrypoint, command?.command].flatMap(part => part ?? []);
  const words = parts.flatMap(({ words: list }) => (typeof list === "string" ? list.split(/\s+/) : list));
  const server = words.findIndex(word => SERVERS.has(posix.basename(word)));
  const module = words
    .slice(server + 1)
    .flatMap(word => /^([A-Za-z_]\w*(?:\.\w+)*):[A-Za-z_]\w*(?:\(\))?$/.exec(word)?.[1] ?? [])[0];
  const start = parts.at(-1);
  return server < 0 || module === undefined || !start ? undefined : { build, module, start };
};

const SERVERS: ReadonlySet<string> = new Set(["uvicorn", "gunicorn", "hypercorn", "granian", "waitress-serve"]);

/** The port that words name for a server; absent where they name none, or one that is only known at run time. */
export const portOf = ({ words }: StartCommand): number | undefined => {
  const list = typeof words === "string" ? words.split(/\s+/) : words;
  for (const [index, word] of list.entries()) {
    const [, value] = /^(?:--port|--bind|-b)(?:=(.+))?$/.exec(word) ?? [];
    const text = value ?? (/^(?:--port|--bind|-b)$/.test(word) ? list[index + 1] : undefined);
    const port = /(?:^|:)(\d{1,5})$/.exec(text ?? "")?.[1];
    if (port !== undefined) return Number(port);
  }
  return undefined;
};
