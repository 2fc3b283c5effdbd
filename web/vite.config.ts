import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

/** Puts the reader of the OpenAPI document beside the page: it must work without the internet. */
function docs(): Plugin {
  return {
    name: "docs",
    apply: "build",
    writeBundle({ dir }) {
      const to = join(dir ?? "dist", "docs");
      mkdirSync(to, { recursive: true });
      for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"])
        copyFileSync(join(swagger, file), join(to, file));
      for (const file of ["index.html", "docs.css", "init.js"])
        copyFileSync(join("swagger", file), join(to, file));
    },
  };
}

export default defineConfig({
  base: "./", // resolved against <base href> in index.html, see there
  plugins: [react(), docs()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0, // the page's policy allows no fonts from data: addresses
    modulePreload: { polyfill: false }, // it would be an inline script
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "/api": "http://127.0.0.1:6543", "/openapi.json": "http://127.0.0.1:6543" } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
