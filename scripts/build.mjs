import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { languageServicePlugin } from "./language-service.mjs";
import { licenses } from "./licenses.mjs";
import { shellText } from "./shell-text.mjs";
import { publishedTypes } from "./types.mjs";

const root = join(import.meta.dirname, "..");
/** The fake AWS of rehearsals, which Python runs as it stands. */
const WORLD = "src/rehearse/world";
const yaml = join(root, "node_modules/yaml/browser/dist/index.js");

/** @type {import("esbuild").BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [
    languageServicePlugin,
    {
      // The ESM form of yaml is the same code, of which a chunk then holds no more than it uses.
      name: "yaml",
      setup: ({ onResolve }) => onResolve({ filter: /^yaml$/ }, () => ({ path: yaml, sideEffects: false })),
    },
    {
      // commander starts other programs as subcommands; ours are all inside, and that module of Node's takes long to load.
      // The builder of SARIF can write files, which is our business.
      name: "unused",
      setup: ({ onResolve, onLoad }) => {
        const nothing = { path: "nothing", namespace: "nothing" };
        onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
          /[\\/]commander[\\/]/.test(importer) ? nothing : undefined,
        );
        onResolve({ filter: /^fs-extra$/ }, ({ importer }) =>
          /[\\/]node-sarif-builder[\\/]/.test(importer) ? nothing : undefined,
        );
        onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "module.exports = {};" }));
      },
    },
    {
      name: "shell-text",
      setup: ({ onLoad }) => onLoad({ filter: /\.sh$/ }, ({ path }) => ({ contents: shellText(path), loader: "text" })),
    },
  ],
};

/** Some packages are CommonJS inside and ask for Node's own modules through `require`: the chunk that passes it on gets one. */
const REQUIRE = 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);';

/** @param {import("esbuild").BuildOptions} options */
const bundle = async options => {
  const result = await build({
    ...shared,
    entryPoints: ["src/bin.ts", "src/index.ts"],
    splitting: true,
    minify: true,
    ...options,
    metafile: true,
    write: false,
  });
  for (const { path, text } of result.outputFiles ?? []) {
    const [shebang = ""] = /^#!.*\n/.exec(text) ?? [];
    const banner = /typeof require\b/.test(text) ? REQUIRE : "";
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${shebang}${banner}${text.slice(shebang.length)}`, { mode: shebang ? 0o755 : 0o644 });
  }
  return result;
};

/**
 * What the steps of a rehearsed workflow meet in place of actions and programs: one script that needs nothing beside it.
 *
 * @param {string} outdir
 */
const bundleStandIns = outdir =>
  build({
    ...shared,
    entryPoints: ["src/rehearse/stand-ins/main.ts"],
    format: "cjs",
    minify: true,
    outfile: join(outdir, "rehearsal/stand-ins.cjs"),
    metafile: true,
  });

/**
 * A module of the sources, for scripts that run in plain Node.
 *
 * @param {string} path
 * @returns {Promise<any>}
 */
export const importSource = async path => {
  const { outputFiles } = await build({ ...shared, entryPoints: [path], write: false });
  const folder = mkdtempSync(join(tmpdir(), "creditrisk-ci-source-"));
  try {
    const file = join(folder, "module.mjs");
    writeFileSync(file, `${REQUIRE}${outputFiles[0]?.text ?? ""}`);
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/**
 * The JSON Schema of a config, from the sources.
 *
 * @returns {Promise<import("../src/config/json-schema.ts").JsonSchema>}
 */
export const readSchema = async () => (await importSource("src/config/json-schema.ts")).configJsonSchema();

/**
 * Writes the package into a folder: the command, the library, its types, the JSON Schema, and the licences of what is bundled.
 *
 * @param {string} outdir
 * @param {import("esbuild").BuildOptions} [options]
 */
export const buildPackage = async (outdir, options = {}) => {
  rmSync(outdir, { recursive: true, force: true });
  const [result, standIns, schema] = await Promise.all([
    bundle({ ...options, outdir }),
    bundleStandIns(outdir),
    readSchema(),
  ]);
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, "schema.json"), `${JSON.stringify(schema, null, 1)}\n`);
  writeFileSync(join(outdir, "index.d.ts"), publishedTypes(schema));
  for (const name of readdirSync(join(root, WORLD)).filter(name => name.endsWith(".py")))
    cpSync(join(root, WORLD, name), join(outdir, "rehearsal/world", name));
  const inputs = { ...result.metafile?.inputs, ...standIns.metafile.inputs };
  writeFileSync(join(outdir, "THIRD-PARTY-LICENSES.txt"), licenses(root, Object.keys(inputs)));
  return result;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPackage(join(root, "dist"));
