#!/usr/bin/env node
import module from "node:module";

// Node 22 and newer keep compiled code between runs when asked first thing.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const [{ main }, { nodeHost }] = await Promise.all([import("./cli/main.ts"), import("./host/node.ts")]);
const templates = async () => (await import("../templates/index.ts")).templates;
process.exitCode = await main(process.argv.slice(2), nodeHost(), templates);
