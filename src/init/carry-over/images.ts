import { posix } from "node:path";
import { kebab } from "../../config/values.ts";
import { commandLine, flagValue } from "../../lint/invocations.ts";
import type { Node } from "../../lint/node.ts";
import { usesAction } from "../../lint/roles.ts";
import type { Spot } from "../../repository/source-problem.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf } from "./commands.ts";
import { underRoot } from "./paths.ts";
import type { Context } from "./readers.ts";
import type { Known, RunStep } from "./run.ts";
import { spotOf, UNKNOWN } from "./run.ts";
import { textIn, valueIn, wordValue } from "./values.ts";

/** An image that a workflow builds. */
export interface Build {
  readonly run: RunStep;
  /** What is accounted for: the step, or the command. */
  readonly thing: object;
  readonly spot: Spot;
  readonly dockerfile: string | undefined;
  readonly context: string | undefined;
  readonly platforms: readonly string[];
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The first of its names, as far as it is known. */
  readonly reference: string | undefined;
}

/** The images, and the names they get in the config, in the same order. */
export interface Named {
  readonly build: Build;
  readonly name: string;
  /** The last part of what it is published as. */
  readonly published: string | undefined;
}

export const readImages = (context: Context): readonly Named[] => {
  const { roles, ledger, repository, root } = context;
  const steps = roles.cd?.steps ?? [];
  const builds = distinct(steps.flatMap(run => [...buildsByAction(run, context), ...buildsByCommand(run, context)]));
  const named = nameAll(builds, context);
  const [first] = named;
  if (!first) return [];
  const attested = steps.some(({ step }) => usesAction(step, "actions/attest-build-provenance", "actions/attest"));
  const images = named.flatMap(({ build, name }) => {
    const folder = build.context === undefined ? undefined : underRoot(build.context, root);
    const dockerfile = build.dockerfile === undefined ? undefined : underRoot(build.dockerfile, root);
    ledger.account(build.thing, { workflow: "cd", job: `image-${name}`, step: "build" });
    const written = build.dockerfile === undefined ? undefined : posix.normalize(build.dockerfile);
    if (written !== undefined && !repository.has(written)) {
      if (!build.run.file.faults.within(build.run.step.node.place))
        ledger.lose(
          build.spot,
          `an image is built with \`${written}\`, which is not in the repository`,
          "name the Dockerfile that there is in `images`",
        );
      return [];
    }
    if (folder === undefined || dockerfile === undefined) {
      ledger.lose(
        build.spot,
        "this image is not taken over: its Dockerfile or its build context is only known at run time, or lies outside of the pipeline's root",
        "add it to `images` with both named",
      );
      return [];
    }
    return [
      {
        name,
        dockerfile,
        ...(folder !== "." && { context: folder }),
        ...(build.platforms.length > 0 && { platforms: build.platforms }),
        ...(Object.keys(build.buildArgs).length > 0 && { buildArgs: build.buildArgs }),
        ...(attested && { attest: true }),
      },
    ];
  });
  if (images.length > 0) ledger.carry(["images"], images, first.build.spot);
  accountPushes(steps, context, first.name);
  return named.filter(({ name }) => images.some(image => image.name === name));
};

/** Two steps that build the same, for two registries say, are one image. */
const distinct = (builds: readonly Build[]): readonly Build[] =>
  builds.filter((build, index) => builds.findIndex(other => keyOf(other) === keyOf(build)) === index);

const keyOf = ({ dockerfile, context, reference }: Build): string =>
  dockerfile === undefined ? `?${reference}` : JSON.stringify([dockerfile, context, lastPart(reference)]);

const buildsByAction = (run: RunStep, { ledger }: Context): readonly Build[] => {
  const { step } = run;
  if (!usesAction(step, "docker/build-push-action")) return [];
  ledger.account(run);
  for (const [input, hint] of [
    ["target", "build the last stage of the Dockerfile, or add the build with `extend.cd.jobs`"],
    ["secrets", "a build has no secrets: fetch what it needs before, with `extend.cd.image-<name>.before.build`"],
    ["build-contexts", "`images` knows one context each"],
  ] as const) {
    const node = step.input(input);
    if (node) ledger.lose(spotOf(run, node), `the image is built with \`${input}\``, hint);
  }
  return run.job.combinations.map(combination => {
    const read = (input: string): Known | undefined => {
      const node = step.input(input);
      return node?.isScalar ? valueIn(node, run, combination) : undefined;
    };
    const folder = step.input("context") ? textIn(read("context")) : ".";
    const file = step.input("file")
      ? textIn(read("file"))
      : folder === undefined
        ? undefined
        : posix.join(folder, "Dockerfile");
    return {
      run,
      thing: run,
      spot: spotOf(run, step.input("file") ?? step.uses?.node ?? step.node),
      dockerfile: file,
      context: folder,
      platforms: listOf(textIn(read("platforms"))),
      buildArgs: argumentsOf(step.input("build-args"), textIn(read("build-args")), run, ledger),
      reference: firstReference(step.input("tags"), read("tags"), run),
    };
  });
};

const listOf = (text = ""): readonly string[] =>
  text
    .split(/[\n,]/)
    .map(part => part.trim())
    .filter(Boolean);

const argumentsOf = (
  node: Node | undefined,
  text: string | undefined,
  run: RunStep,
  ledger: Context["ledger"],
): Readonly<Record<string, string>> => {
  if (node && text === undefined) {
    ledger.lose(
      spotOf(run, node),
      "the build arguments hold what is only known at run time",
      "name those that are fixed in `buildArgs` of the image; the commit is a label of every image that is generated",
    );
    return {};
  }
  return Object.fromEntries(
    (text ?? "").split("\n").flatMap(line => {
      const at = line.indexOf("=");
      return at > 0 && line.slice(at + 1).trim() !== "" ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]] : [];
    }),
  );
};

/** The first name that an image gets, also through `docker/metadata-action`. */
const firstReference = (node: Node | undefined, value: Known | undefined, run: RunStep): string | undefined => {
  const id = node?.expressions
    .flatMap(({ reads }) => reads)
    .find(({ path }) => path[0] === "steps" && path[2] === "outputs")?.path[1];
  const metadata = run.job.steps.find(
    ({ step }) => usesAction(step, "docker/metadata-action") && step.id?.toLowerCase() === id,
  );
  if (metadata && id !== undefined) {
    const images = metadata.step.input("images");
    const text = images && valueIn(images, metadata, run.job.combinations[0] ?? new Map());
    return listOf(text && "text" in text ? text.text : "")[0]?.replace(/^name=/, "");
  }
  return value && "text" in value ? listOf(value.text)[0] : undefined;
};

const buildsByCommand = (run: RunStep, { ledger }: Context): readonly Build[] =>
  commandsOf(run).flatMap(use => {
    const line = use.command.name === "docker" ? commandLine(run.step, use.command) : undefined;
    if (line?.invocation.subcommand.at(-1) !== "build") return [];
    ledger.account(use.command);
    const target = flagValue(line, "--target");
    if (target)
      ledger.lose(
        use.spot,
        "the image is built up to a stage of its Dockerfile, with `--target`",
        "build the last stage of the Dockerfile, or add the build with `extend.cd.jobs`",
      );
    return run.job.combinations.map(combination => {
      const spelled = (index: number | undefined, value: string | undefined): string | undefined => {
        const word = index === undefined ? undefined : use.command.args[index];
        if (!word) return undefined;
        if (value !== undefined) return value;
        const known = wordValue(word, run, combination);
        return "text" in known ? known.text.replace(/^--?[\w-]+=/, "") : undefined;
      };
      const flag = (name: string) => {
        const use_ = flagValue(line, name);
        return use_ && spelled(use_.index, use_.value?.value);
      };
      const [operand] = line.operands;
      const folder = operand ? plain(spelled(use.command.args.indexOf(operand), operand.value)) : undefined;
      const file =
        flag("--file") === undefined && folder !== undefined ? posix.join(folder, "Dockerfile") : plain(flag("--file"));
      const within = use.at.step.workingDirectory ?? ".";
      const buildArgs = (line.invocation.flags.get("--build-arg") ?? []).flatMap(({ value }) => {
        const at = value?.value?.indexOf("=") ?? -1;
        return at > 0 ? [[value?.value?.slice(0, at) ?? "", value?.value?.slice(at + 1) ?? ""] as const] : [];
      });
      return {
        run,
        thing: use.command,
        spot: use.spot,
        dockerfile: file === undefined ? undefined : posix.join(within, file),
        context: folder === undefined ? undefined : posix.join(within, folder),
        platforms: listOf(flag("--platform")),
        buildArgs: Object.fromEntries(buildArgs),
        reference: flag("--tag"),
      };
    });
  });

const plain = (text: string | undefined): string | undefined => (text?.includes(UNKNOWN) ? undefined : text);

/** The last part of a reference, without tag and digest. */
export const lastPart = (reference: string | undefined): string | undefined =>
  reference?.slice(reference.lastIndexOf("/") + 1).split(/[:@]/)[0];

const isKebab = (text: string | undefined): text is string => text !== undefined && kebab.safeParse(text).success;

/** The suffix of `Dockerfile.api`, or of `api.Dockerfile`, or the folder the Dockerfile lies in. */
const suffixOf = ({ dockerfile }: Build): string | undefined => {
  if (dockerfile === undefined) return undefined;
  const name = posix.basename(dockerfile);
  const suffix = /^dockerfile[.-](.+)$/i.exec(name)?.[1] ?? /^(.+)\.dockerfile$/i.exec(name)?.[1];
  const found = (suffix ?? posix.basename(posix.dirname(dockerfile))).toLowerCase();
  return isKebab(found) ? found : undefined;
};

/** Images are published as `<pipeline>-<image>`: a name that is in use is cut in two, where that can be. */
const nameAll = (builds: readonly Build[], { ledger }: Context): readonly Named[] => {
  const published = builds.map(({ reference }) => lastPart(reference)?.replace(new RegExp(`^${UNKNOWN}-`), ""));
  const whole = builds.map(({ reference }) => lastPart(reference));
  const pipeline = pipelineName(builds, whole);
  const taken = new Set<string>();
  const named = builds.map((build, index) => {
    const name = published[index];
    const rest = pipeline !== undefined && name ? name.slice(pipeline.length + 1) : undefined;
    const wanted = [rest, suffixOf(build), isKebab(name) ? name : undefined, "service"].find(
      candidate => isKebab(candidate) && !taken.has(candidate),
    );
    let free = wanted ?? "image";
    for (let number = 2; taken.has(free); number += 1) free = `image-${number}`;
    taken.add(free);
    return { build, name: free, published: name };
  });
  const [first] = named;
  if (pipeline !== undefined && first) ledger.carry(["name"], pipeline, first.build.spot);
  for (const { build, name } of named) {
    tellCapitals(build, ledger);
    tellRegistry(build, pipeline, name, ledger);
  }
  return named;
};

/** The beginning that all have in common, or that of the only one. */
const pipelineName = (builds: readonly Build[], names: readonly (string | undefined)[]): string | undefined => {
  if (names.length === 0 || !names.every(isKebab)) return undefined;
  const [first = "", ...others] = names as readonly string[];
  const [build] = builds;
  const suffix = build && suffixOf(build);
  if (others.length === 0 && suffix !== undefined && first.endsWith(`-${suffix}`))
    return first.slice(0, -suffix.length - 1);
  const words = first.split("-");
  for (let length = words.length - 1; length > 0; length -= 1) {
    const start = words.slice(0, length).join("-");
    if (others.every(other => other.startsWith(`${start}-`)) && isKebab(start)) return start;
  }
  return undefined;
};

/** A capital letter that the rules cannot see: it comes of a matrix, say. */
const tellCapitals = ({ reference, run, spot }: Build, ledger: Context["ledger"]): void => {
  const part = lastPart(reference);
  if (part === undefined || part === part.toLowerCase() || run.file.faults.within(run.step.node.place)) return;
  ledger.lose(
    spot,
    `the name \`${part.replaceAll(UNKNOWN, "…")}\` is not taken over: no registry has an image with capital letters`,
    "nothing to do: the generated workflow writes the name in lower case",
  );
};

const tellRegistry = (build: Build, pipeline: string | undefined, name: string, ledger: Context["ledger"]): void => {
  const { reference, spot } = build;
  if (reference === undefined) return;
  const [host = ""] = reference.includes("/") ? reference.split("/") : [];
  const isHub = !/[.:]/.test(host) && !host.includes(UNKNOWN);
  const shownReference = reference.replaceAll(UNKNOWN, "…");
  const hint = `published as \`ghcr.io/<owner>/${pipeline ?? "<name>"}-${name}\`: what pulls it must be told, or push it there too with \`extend.cd.image-${name}.after.build\``;
  if (isHub || host !== "ghcr.io")
    ledger.lose(spot, `the image is published as \`${shownReference}\`, in another registry than GitHub's`, hint);
  else if (pipeline === undefined) ledger.lose(spot, `the image is published as \`${shownReference}\` so far`, hint);
};

/** `docker tag` and `docker push` belong to the build before. */
const accountPushes = (steps: readonly RunStep[], { ledger }: Context, name: string): void => {
  for (const use of steps.flatMap(commandsOf))
    if (isPush(use)) ledger.account(use.command, { workflow: "cd", job: `image-${name}`, step: "build" });
};

const isPush = ({ command: { name, args } }: CommandUse): boolean =>
  name === "docker" && ["push", "tag"].includes(args[0]?.value ?? "");
