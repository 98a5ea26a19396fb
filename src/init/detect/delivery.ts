import { posix } from "node:path";
import type { RepositoryContents } from "../../repository/contents.ts";
import { dockerfile, finalStages } from "../../repository/docker/dockerfile.ts";
import type { Route } from "../../repository/python/routes.ts";
import { routesOf } from "../../repository/python/routes.ts";
import { decide, type Findings, findings, leaveOpen } from "../proposal.ts";
import type { Products } from "./artifacts.ts";
import type { Evidence } from "./evidence.ts";
import { inProject, inRepository, wordsOf } from "./evidence.ts";
import { pythonFiles } from "./modules.ts";
import type { ImagePython } from "./python.ts";

/** A Dockerfile of the project, and what its image is for. */
export interface FoundImage {
  readonly name: string;
  /** Relative to the project. */
  readonly dockerfile: string;
  readonly context: string;
  /** Whether it answers requests. */
  readonly serves: boolean;
  /** The Python of its base. */
  readonly python: string | undefined;
}

export const imagesOf = ({ repository, folder }: Pick<Evidence, "repository" | "folder">): readonly FoundImage[] => {
  const files = repository.files.flatMap(file => {
    const path = inProject(folder, file);
    return path !== undefined && isDockerfile(path) ? [path] : [];
  });
  const found = files.map(path => imageOf(repository, folder, path));
  return found.map((image, index) => ({
    ...image,
    name: found.findIndex(({ name }) => name === image.name) < index ? `${image.name}-${index + 1}` : image.name,
  }));
};

const isDockerfile = (path: string): boolean =>
  /^(?:Dockerfile(?:\.[\w-]+)?|[\w-]+\.[Dd]ockerfile)$/.test(posix.basename(path)) &&
  !path.endsWith(".dockerignore") &&
  !path.split("/").some(part => part.startsWith(".") || /^(?:tests?|docs|examples?|node_modules)$/.test(part));

const SERVERS = /^(?:uvicorn|gunicorn|hypercorn|fastapi|flask|waitress-serve|bentoml|granian)$/;

const imageOf = (repository: RepositoryContents, folder: string, path: string): FoundImage => {
  const read = dockerfile(repository, inRepository(folder, path));
  const stages = read ? finalStages(read) : [];
  const words = stages
    .flatMap(({ command, entrypoint }) => [entrypoint, command].flatMap(start => start?.words ?? []))
    .flatMap(word => word.split(/\s+/));
  const serves =
    words.some(word => SERVERS.test(posix.basename(word))) || stages.some(({ expose }) => expose.length > 0);
  const base = posix.basename(path);
  const suffix = /^Dockerfile\.([\w-]+)$/.exec(base)?.[1] ?? /^([\w-]+)\.[Dd]ockerfile$/.exec(base)?.[1];
  const place = posix.basename(posix.dirname(path));
  const generic = /^(?:\.|docker|build|deploy|deployment|ci|infra)$/;
  const name = wordsOf(suffix ?? (generic.test(place) ? (serves ? "api" : "app") : place)).join("-");
  const inContext = (context: string) =>
    (read?.stages ?? [])
      .flatMap(({ copies }) => copies)
      .filter(copy => copy.from === undefined && copy.isPlain)
      .flatMap(copy => copy.sources)
      .every(
        source =>
          /[*?[$]|:\/\//.test(source) ||
          // The model is brought in by the job.
          /^(?:\.|models)(?:\/|$)/.test(posix.normalize(source)) ||
          repository.has(inRepository(folder, posix.join(context, source))),
      );
  const beside = posix.dirname(path);
  return {
    name: /^[a-z]/.test(name) ? name : `image-${name}`,
    dockerfile: path,
    context: !inContext(".") && inContext(beside) ? beside : ".",
    serves,
    python: /(?:^|\/)python:(3\.\d+(?:\.\d+)?)(?:-|$)/.exec(stages.at(-1)?.from ?? "")?.[1],
  };
};

/** The Python of the image that serves, else of the only ones there are. */
export const imagePython = (images: readonly FoundImage[]): ImagePython | undefined => {
  const known = images.filter(({ python }) => python !== undefined);
  const chosen = known.find(({ serves }) => serves) ?? known[0];
  return chosen?.python === undefined ? undefined : { version: chosen.python, file: chosen.dockerfile };
};

/** The images, and whether one of them is deployed. */
export const detectDelivery = (evidence: Evidence, images: readonly FoundImage[], products: Products): Findings => {
  const elsewhere = products.models.filter(path => !path.startsWith("models/"));
  const list = images.map(({ name, dockerfile, context, serves }) => ({
    name,
    dockerfile,
    context,
    ...(serves && elsewhere.length > 0 ? { include: products.models } : {}),
  }));
  if (images.length === 0)
    return findings(
      decide(["images"], [], "there is no Dockerfile"),
      decide(["deploy"], false, "there is no image to deploy"),
    );
  return findings(
    decide(
      ["images"],
      list,
      `the images are those of ${images.map(({ dockerfile }) => `\`${dockerfile}\``).join(", ")}`,
    ),
    deployment(evidence, images),
  );
};

const HEALTH = /^\/(?:[\w-]+\/)*(?:health|healthz|healthcheck|health-check|ping|live|livez|ready|readyz|status)\/?$/;
const PREDICT = /^\/(?:[\w-]+\/)*(?:predict|predictions|score|scores|infer|inference|invocations|evaluate)\/?$/;

const deployment = (evidence: Evidence, images: readonly FoundImage[]): Partial<Findings> => {
  const { routes } = routesOf(evidence.repository, evidence.folder);
  const answering = (method: string, pattern: RegExp) =>
    routes.find(route => (route.method === method || route.method === "*") && pattern.test(route.path));
  const health = answering("GET", HEALTH);
  const predict = answering("POST", PREDICT);
  const serving = images.find(({ serves }) => serves);
  const tasks = taskDefinitions(evidence);
  const [task] = tasks;
  if (!serving || (!task && !(health && predict)))
    return findings(
      decide(["deploy"], false, "nothing in the repository says that an image is deployed to AWS ECS"),
      leaveOpen(
        "deploy",
        "nothing in the repository says that an image is deployed to AWS ECS",
        "if one is, set `deploy: { image, aws, smoke }`",
      ),
    );
  return findings(
    decide(["deploy", "image"], serving.name, `\`${serving.dockerfile}\` is the image of a service`),
    task?.container === undefined
      ? {}
      : decide(["deploy", "container"], task.container, `the container is that of \`${task.file}\``),
    task
      ? {}
      : leaveOpen(
          "deploy",
          "there is a service, but nothing says that it runs on AWS ECS",
          "define the secrets of `deploy.aws`, or set `deploy: false`",
        ),
    smoke(evidence, health, predict),
  );
};

const smoke = (evidence: Evidence, health: Route | undefined, predict: Route | undefined): Partial<Findings> => {
  const payload = payloadOf(evidence);
  if (!health || !predict || payload === undefined) {
    const lacking = !health
      ? "no route for its health"
      : !predict
        ? "no route for predictions"
        : "no JSON file with a request for its predictions";
    return findings(
      decide(["deploy", "smoke"], false, `there is ${lacking}, so the deployed service is not tested`),
      leaveOpen(
        "deploy.smoke",
        `there is ${lacking}`,
        "add `sample_payload.json`, a request that the service answers, and set `deploy.smoke`",
      ),
    );
  }
  const files = pythonFiles(evidence.repository, evidence.folder);
  const answers = files.some(({ file, texts }) => file === predict.file && texts.has("predictions"));
  return findings(
    decide(
      ["deploy", "smoke", "health"],
      health.path,
      `\`${health.file}\` answers \`GET ${health.path}\``,
      health.spot,
    ),
    decide(
      ["deploy", "smoke", "predict", "path"],
      predict.path,
      `\`${predict.file}\` answers \`POST ${predict.path}\``,
      predict.spot,
    ),
    decide(["deploy", "smoke", "predict", "payload"], payload, `\`${payload}\` is a request`),
    ...(answers
      ? []
      : [
          decide(
            ["deploy", "smoke", "predict", "expect"],
            ".",
            `what \`${predict.file}\` answers is not known: any JSON but null and false will do`,
          ),
          leaveOpen(
            "deploy.smoke.predict.expect",
            `what \`POST ${predict.path}\` answers is not known`,
            "set it to a jq condition that only a good answer meets",
          ),
        ]),
  );
};

/** A request in JSON: `sample_payload.json` and its like. */
const payloadOf = ({ repository, folder }: Evidence): string | undefined => {
  const named = repository.files.flatMap(file => {
    const path = inProject(folder, file);
    return path?.endsWith(".json") &&
      wordsOf(posix.basename(path, ".json")).some(word => /^(?:payload|request)$/.test(word))
      ? [path]
      : [];
  });
  return named
    .filter(path => isRequest(repository.text(inRepository(folder, path))))
    .sort((a, b) => a.split("/").length - b.split("/").length)[0];
};

const isRequest = (text: string | undefined): boolean => {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && Object.keys(value).length > 0;
  } catch {
    return false;
  }
};

/** Task definitions of ECS: JSON with a list of containers. */
const taskDefinitions = ({
  repository,
  folder,
}: Evidence): readonly { readonly file: string; readonly container: string | undefined }[] =>
  repository.files
    .filter(
      file =>
        inProject(folder, file)?.endsWith(".json") &&
        wordsOf(file).some(word => /^(?:task|taskdef|taskdefinition|ecs)$/.test(word)),
    )
    .flatMap(file => {
      try {
        const value = JSON.parse(repository.text(file) ?? "") as {
          readonly containerDefinitions?: readonly { readonly name?: unknown }[];
        };
        if (!Array.isArray(value?.containerDefinitions)) return [];
        const [only, ...others] = value.containerDefinitions as readonly { readonly name?: unknown }[];
        return [{ file, container: others.length === 0 && typeof only?.name === "string" ? only.name : undefined }];
      } catch {
        return [];
      }
    });
