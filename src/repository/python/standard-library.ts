import { settings } from "./data.ts";
import type { Library, LibraryFunction, Runtime } from "./library.ts";
import { contentsOf, statField } from "./operations.ts";
import { joined, nameOf, parentOf, repositoryPath, suffixOf } from "./paths.ts";
import type { Call, Value } from "./values.ts";
import {
  argument,
  constant,
  constantOf,
  either,
  native,
  nativeFunction,
  none,
  pathText,
  pathValue,
  textOf,
  unknown,
} from "./values.ts";

/** The same function of each thing that an argument may be. */
const onText =
  (change: (text: string) => Value): LibraryFunction =>
  ({ args: [first] }) => {
    if (first?.kind === "choice") return either(...first.of.map(one => onPossible(one, change)));
    return first ? onPossible(first, change) : unknown;
  };

const onPossible = (value: Value, change: (text: string) => Value): Value => {
  const text = pathText(value);
  return text === undefined ? unknown : change(text);
};

const originOf = (value: Value | undefined) =>
  value?.kind === "constant" || value?.kind === "path" ? value.origin : undefined;

const path: LibraryFunction = ({ args }) => {
  const [first] = args;
  if (args.length === 0) return pathValue(".");
  if (first?.kind === "choice" && args.length === 1)
    return either(...first.of.map(one => onPossible(one, text => pathValue(text, originOf(one)))));
  if (first?.kind === "environment") return first;
  const parts = args.map(pathText);
  return parts.includes(undefined) ? unknown : pathValue(joined(...(parts as readonly string[])), originOf(first));
};

const open: LibraryFunction = (call, runtime) => {
  const file = argument(call, 0, "file");
  const mode = argument(call, 1, "mode");
  const written = mode ? textOf(mode) : "r";
  if (written === undefined) return unknown;
  runtime.touch(/[wax+]/.test(written) ? "write" : "read", file, call);
  return file ? contentsOf(file) : unknown;
};

/** Reads settings of a file that was opened, or of the text it holds. */
const load: LibraryFunction = ({ args: [from] }, runtime) => {
  if (from?.kind === "native" && from.type === "dumped") return from.get?.("value") ?? unknown;
  const file = from?.kind === "native" && from.type === "contents" ? from.get?.("path") : undefined;
  return file ? settingsAt(file, runtime) : unknown;
};

const loadPath: LibraryFunction = (call, runtime) => {
  const file = argument(call, 0, "path");
  runtime.touch("read", file, call);
  return file ? settingsAt(file, runtime) : unknown;
};

const settingsAt = (file: Value, { repository, folder }: Runtime): Value => {
  const text = pathText(file);
  const own = text === undefined ? undefined : repositoryPath(text, folder);
  return own === undefined || !/\.(?:ya?ml|json)$/.test(own) ? unknown : settings(repository, own);
};

const writes =
  (place: number, name?: string, isFolder = false): LibraryFunction =>
  (call, runtime) => {
    runtime.touch("write", argument(call, place, name), call, isFolder);
    return none;
  };

const reads =
  (place: number, name?: string): LibraryFunction =>
  (call, runtime) => {
    runtime.touch("read", argument(call, place, name), call);
    return unknown;
  };

const moves: LibraryFunction = (call, runtime) => {
  runtime.touch("read", argument(call, 0, "src"), call);
  runtime.touch("write", argument(call, 1, "dst"), call);
  return unknown;
};

const environment: LibraryFunction = ({ args: [name, fallback] }) =>
  either({ kind: "environment", name: textOf(name) }, ...(fallback ? [fallback] : []));

const same: LibraryFunction = ({ args: [value] }) => value ?? unknown;

const stat: LibraryFunction = (call, runtime) =>
  native("stat", { get: field => statField(field, call.args[0], call, runtime) });

const time: LibraryFunction = (call, runtime) => statField("st_mtime", call.args[0], call, runtime);

const keyed = (names: readonly string[], made: LibraryFunction): Library =>
  Object.fromEntries(names.map(name => [name, made]));

/** What the functions of Python itself, and the libraries that read and write files, do with files and values. */
export const standardLibrary: Library = {
  "pathlib.Path": path,
  "pathlib.PurePath": path,
  "pathlib.PosixPath": path,
  "pathlib.Path.cwd": () => pathValue("."),
  "os.getcwd": () => constant("."),
  ...keyed(["builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open"], open),
  "os.path.join": ({ args }) => {
    const parts = args.map(pathText);
    return parts.includes(undefined) ? unknown : constant(joined(...(parts as readonly string[])), originOf(args[0]));
  },
  "os.path.dirname": onText(text => constant(parentOf(text))),
  "os.path.basename": onText(text => constant(nameOf(text))),
  "os.path.splitext": onText(text => {
    const suffix = suffixOf(text);
    const items = [constant(text.slice(0, text.length - suffix.length)), constant(suffix)];
    return { kind: "list", items, isWhole: true };
  }),
  ...keyed(["os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.expanduser", "os.fspath"], same),
  "builtins.str": onText(text => constant(text)),
  ...keyed(["os.makedirs", "os.mkdir"], writes(0, "name", true)),
  ...keyed(["os.rename", "os.replace", "shutil.move", "shutil.copy", "shutil.copy2", "shutil.copyfile"], moves),
  "shutil.copytree": moves,
  ...keyed(["os.path.getmtime", "os.path.getctime"], time),
  ...keyed(["os.stat", "os.lstat"], stat),
  ...keyed(["os.environ.get", "os.getenv", "os.environ.setdefault"], environment),
  ...keyed(
    ["builtins.list", "builtins.tuple", "builtins.sorted", "builtins.set", "builtins.iter"],
    ({ args: [value] }) => value ?? { kind: "list", items: [], isWhole: true },
  ),
  "builtins.reversed": ({ args: [list] }) =>
    list?.kind === "list" ? { ...list, items: list.items.toReversed() } : unknown,
  "builtins.enumerate": ({ args: [list] }) =>
    list?.kind === "list"
      ? {
          ...list,
          items: list.items.map((item, index) => ({ kind: "list", items: [constant(index), item], isWhole: true })),
        }
      : unknown,
  "builtins.zip": ({ args }) => {
    const [first] = args;
    if (first?.kind !== "list" || !args.every(list => list.kind === "list" && list.isWhole)) return unknown;
    const lists = args as readonly Extract<Value, { readonly kind: "list" }>[];
    const length = Math.min(...lists.map(({ items }) => items.length));
    const rows = first.items.slice(0, length).map(
      (_, index): Value => ({
        kind: "list",
        items: lists.map(({ items }) => items[index] ?? unknown),
        isWhole: true,
      }),
    );
    return { kind: "list", items: rows, isWhole: true };
  },
  "builtins.dict": ({ args: [from], keywords, isWhole }) => {
    const own = from?.kind === "dict" ? from : undefined;
    return {
      kind: "dict",
      entries: new Map([...(own?.entries ?? []), ...keywords]),
      isWhole: isWhole && (!from || own?.isWhole === true),
    };
  },
  "builtins.vars": same,
  "builtins.getattr": ({ args: [object, name, fallback] }, runtime) => {
    const attribute = textOf(name);
    if (!object || attribute === undefined) return unknown;
    const found = runtime.attribute(object, attribute);
    return found.kind === "unknown" || found.kind === "external" ? either(found, fallback ?? unknown) : found;
  },
  "functools.partial": ({ args: [target, ...first], keywords }, runtime) =>
    target
      ? nativeFunction(call =>
          runtime.call(target, {
            ...call,
            args: [...first, ...call.args],
            keywords: new Map([...keywords, ...call.keywords]),
          }),
        )
      : unknown,
  "functools.wraps": () => nativeFunction(({ args: [value] }) => value ?? unknown),
  ...keyed(["functools.lru_cache", "functools.cache"], ({ args: [value] }) =>
    value?.kind === "function" ? value : nativeFunction(({ args: [other] }) => other ?? unknown),
  ),
  ...keyed(["asyncio.run", "anyio.run", "typing.cast"], ({ args }) => args.at(-1) ?? unknown),
  "dataclasses.field": fieldValue,
  "pydantic.Field": fieldValue,
  "attrs.field": fieldValue,
  "dataclasses.asdict": ({ args: [value] }) =>
    value?.kind === "instance"
      ? { kind: "dict", entries: new Map(value.attributes), isWhole: false }
      : (value ?? unknown),
  ...keyed(["yaml.safe_load", "yaml.load", "yaml.full_load", "yaml.unsafe_load", "json.load", "json.loads"], load),
  // Settings that are written as text are read again to make objects of them.
  ...keyed(["json.dumps", "yaml.safe_dump", "yaml.dump"], ({ args: [value, file] }) =>
    file ? unknown : native("dumped", { get: name => (name === "value" ? value : undefined) }),
  ),
  ...keyed(["types.SimpleNamespace", "argparse.Namespace"], ({ args: [from], keywords, isWhole }) =>
    from?.kind === "dict" ? from : { kind: "dict", entries: new Map(keywords), isWhole },
  ),
  "omegaconf.OmegaConf.load": loadPath,
  "dvc.api.params_show": (_, runtime) => settingsAt(constant("params.yaml"), runtime),
  // Methods of whatever it is that has them: what they are given first is where they write.
  ...keyed(
    [
      ...[".to_csv", ".to_parquet", ".to_json", ".to_pickle", ".to_excel", ".to_html", ".to_feather", ".to_hdf"],
      ...[".to_markdown", ".to_latex", ".to_stata", ".to_orc", ".savefig", ".save_model", ".save_pretrained"],
      ...[".write_html", ".write_image", ".write_json", ".save_html", ".save_json", ".write_parquet", ".write_csv"],
      ...[".sink_parquet", ".sink_csv", ".dump_model", ".save_weights"],
    ],
    (call, runtime) => {
      const target = ["path_or_buf", "path", "fname", "filename", "buf", "filepath"].map(name =>
        call.keywords.get(name),
      );
      runtime.touch("write", call.args[0] ?? target.find(value => value !== undefined), call);
      return none;
    },
  ),
  ...keyed(["joblib.dump", "torch.save", "skops.io.dump"], writes(1, "filename")),
  ...keyed(["numpy.save", "numpy.savez", "numpy.savez_compressed", "numpy.savetxt"], writes(0, "file")),
  "matplotlib.pyplot.savefig": writes(0, "fname"),
  ...keyed(["joblib.load", "torch.load", "skops.io.load", "numpy.load", "numpy.loadtxt"], reads(0, "filename")),
  ...keyed(
    ["csv", "parquet", "json", "pickle", "excel", "feather", "hdf", "table", "orc"].map(
      format => `pandas.read_${format}`,
    ),
    reads(0, "filepath_or_buffer"),
  ),
  ...keyed(["polars.read_csv", "polars.read_parquet", "polars.scan_csv", "polars.scan_parquet"], reads(0, "source")),
};

/** The value a field of a dataclass or a pydantic model has when it is given none. */
function fieldValue(call: Call, runtime: Runtime): Value {
  const factory = call.keywords.get("default_factory");
  if (factory) return runtime.call(factory, {});
  const value = call.keywords.get("default") ?? call.args[0];
  return value && constantOf(value) === undefined && value.kind === "external" ? unknown : (value ?? unknown);
}
