import { defineConfig } from "creditrisk-ci";

/** Images are published and the model promoted, but nothing is deployed. */
export default defineConfig({ name: "creditrisk", images: [{ name: "batch", dockerfile: "Dockerfile.batch" }], deploy: false });
