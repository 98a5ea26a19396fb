import { defineConfig } from "creditrisk-ci";

export default defineConfig({ name: "creditrisk" });
