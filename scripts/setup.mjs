/**
 * Makes a clone usable: npm packages, the bundle in dist, and with `--tools` what the tests check workflows with.
 * Does what is not done yet, says one line for each, and nothing when there is nothing to do.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
const ACT = "github.com/nektos/act@v0.2.89";
const TOOLS = "scripts/tools.txt";
const PIP = ["-m", "pip", "--quiet", "--disable-pip-version-check"];
const PYTHON = "3.11";
const NODE = "20.19";
/** As for `creditrisk-ci` itself: the machine's fault. */
const MACHINE = 4;

/** @param {string} path */
const at = path => join(root, path);

/** What the user can do something about: one line, and below it what the tool that failed said. */
class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} [output]
   */
  constructor(message, output = "") {
    super(message);
    this.output = output.trim();
  }
}

/** @param {readonly string[]} files */
const hashOf = (...files) => {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(at(file)))
      .update("\0");
  return hash.digest("hex");
};

/** Every file below a folder of the repository. @param {string} folder @returns {string[]} */
const filesIn = folder =>
  readdirSync(at(folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

/** @param {string} path */
const textOf = path => (existsSync(at(path)) ? readFileSync(at(path), "utf8") : undefined);

/**
 * @param {string} path
 * @param {string} text
 */
const stamp = (path, text) => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};

/** @param {string} message */
const say = message => process.stderr.write(`setup: ${message}\n`);

/**
 * Runs a program to its end; its output is shown only when it fails.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, missing: string, failed: string }} options
 * @returns {Promise<string>}
 */
const run = (command, args, { env, missing, failed }) =>
  new Promise((resolve, reject) => {
    const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === "ENOENT") reject(new Failure(missing));
      else reject(new Failure(failed, `${stdout}${stderr}` || error.message));
    });
  });

const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = NODE.split(".").map(Number);
  if (major < leastMajor || (major === leastMajor && minor < leastMinor))
    throw new Failure(`Node.js ${NODE} or newer is needed, this is ${process.versions.node}`);
};

const packages = async () => {
  const STAMP = "node_modules/.setup/packages";
  const wanted = hashOf("package.json", "package-lock.json");
  if (textOf(STAMP) === wanted) return;
  if (!installed()) {
    say("installing the npm packages of package-lock.json");
    // The npm that started us, which need not be the one on the PATH.
    const own = process.env.npm_execpath;
    const [command, ...args] =
      own && basename(own) === "npm-cli.js"
        ? [process.execPath, own]
        : [process.platform === "win32" ? "npm.cmd" : "npm"];
    await run(/** @type {string} */ (command), [...args, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      missing: "npm is not installed; it comes with Node.js",
      failed: "the npm packages cannot be installed",
    });
  }
  stamp(STAMP, wanted);
};

/** Whether npm's record of node_modules lists what the lock file asks for; packages for other machines may be absent. */
const installed = () => {
  const record = textOf("node_modules/.package-lock.json");
  if (record === undefined) return false;
  /** @typedef {Readonly<Record<string, { version?: string, integrity?: string, optional?: boolean }>>} Packages */
  const { packages: present } = /** @type {{ packages: Packages }} */ (JSON.parse(record));
  const { packages: wanted } = /** @type {{ packages: Packages }} */ (
    JSON.parse(/** @type {string} */ (textOf("package-lock.json")))
  );
  return (
    Object.keys(present).every(path => path in wanted) &&
    Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
      if (path === "") return true;
      const found = present[path];
      return found ? found.version === version && found.integrity === integrity : optional === true;
    })
  );
};

const bundle = async () => {
  const STAMP = "node_modules/.setup/bundle";
  const wanted = () => {
    const sources = hashOf("package.json", "package-lock.json", ...["src", "templates", "scripts"].flatMap(filesIn));
    const built = ["dist/bin.js", "dist/index.js"].map(file =>
      existsSync(at(file)) ? statSync(at(file)).mtimeMs : "absent",
    );
    return [sources, ...built].join(" ");
  };
  if (textOf(STAMP) === wanted()) return;
  say("building dist");
  await run(process.execPath, ["scripts/build.mjs"], {
    missing: "Node.js cannot be started",
    failed: "the build failed",
  });
  stamp(STAMP, wanted());
};

/**
 * A virtual environment that holds exactly what a list names.
 *
 * @param {string} folder
 * @param {string} list
 */
const pythonTools = async (folder, list) => {
  const STAMP = `${folder}/.setup`;
  const wanted = hashOf(list);
  if (textOf(STAMP) === wanted) return;
  say(`installing the Python tools of ${list} in ${folder}`);
  const missing = `Python ${PYTHON} or newer is needed: \`python3\` is not installed`;
  const version = await run("python3", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], {
    missing,
    failed: missing,
  });
  if (Number(version.trim().split(".")[1]) < Number(PYTHON.split(".")[1]))
    throw new Failure(`Python ${PYTHON} or newer is needed, \`python3\` is ${version.trim()}`);
  rmSync(at(folder), { recursive: true, force: true });
  await run("python3", ["-m", "venv", folder], {
    missing,
    failed: `the virtual environment ${folder} cannot be made (on Debian and Ubuntu it needs \`python3-venv\`)`,
  });
  await run(at(`${folder}/bin/python`), [...PIP, "install", "--requirement", list], {
    missing: `the virtual environment ${folder} has no Python`,
    failed: `the Python tools of ${list} cannot be installed`,
  });
  stamp(STAMP, wanted);
};

/** What rehearsed jobs install, as files: they have no network. */
const wheelhouse = async () => {
  const STAMP = ".tools/rehearsal/wheelhouse/.setup";
  const wanted = hashOf(TOOLS);
  if (textOf(STAMP) === wanted) return;
  say("gathering the packages of the example in .tools/rehearsal/wheelhouse");
  rmSync(at(".tools/rehearsal/wheelhouse"), { recursive: true, force: true });
  const gather = ["wheel", "--no-deps", "--wheel-dir", ".tools/rehearsal/wheelhouse", "--requirement", TOOLS];
  await run(at(".tools/venv/bin/python"), [...PIP, ...gather], {
    missing: "the virtual environment .tools/venv has no Python",
    failed: "the packages of the example cannot be gathered",
  });
  stamp(STAMP, wanted);
};

/**
 * A program that Go builds.
 *
 * @param {string} name
 * @param {string} module
 * @param {string} folder
 */
const goTool = async (name, module, folder) => {
  const STAMP = `${folder}/.${name}`;
  if (textOf(STAMP) === module && existsSync(at(`${folder}/${name}`))) return;
  say(`installing ${name} in ${folder}`);
  await run("go", ["install", module], {
    env: { GOBIN: at(folder), GOFLAGS: "-buildvcs=false" },
    missing: `Go is needed to build ${name}: \`go\` is not installed`,
    failed: `${name} cannot be built`,
  });
  stamp(STAMP, module);
};

const tools = async () => {
  await pythonTools(".tools/venv", TOOLS);
  await pythonTools(".tools/rehearsal/venv", "scripts/rehearsal-tools.txt");
  await wheelhouse();
  await goTool("actionlint", ACTIONLINT, ".tools/bin");
  await goTool("act", ACT, ".tools/rehearsal/bin");
};

try {
  checkNode();
  // One after the other: an install that fails is then the last thing said.
  for (const make of [packages, bundle, ...(process.argv.includes("--tools") ? [tools] : [])]) await make();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`setup: ${error.message}\n${error.output ? `${error.output.replace(/^/gm, "  ")}\n` : ""}`);
  process.exitCode = MACHINE;
}
