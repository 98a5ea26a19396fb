import { defineConfig } from "../../src/index.ts";
defineConfig({ name: "x", nmae: 1 });
defineConfig({ name: "x", python: { installer: "conda" } });
defineConfig({ name: "x", python: { versoin: "3.11" } });
defineConfig({ name: "x", extend: { cd: { trian: {} } } });
defineConfig({ name: "x", extend: { cd: { "image-api": {} } } });
defineConfig({ pipelines: [{ name: "x", typo: 1 }] });
