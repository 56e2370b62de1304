import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { defineConfig } from "vite";
import { manual } from "./tools/manual.ts";

const at = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  plugins: [manual(), react()],
  resolve: { alias: { "@api": at("packages/api"), "@i18n": at("packages/i18n"), "@ui": at("packages/ui") } },
  build: { outDir: "dist", manifest: "parts.json", target: "es2022", rollupOptions: { input: { index: at("index.html"), field: at("field.html") } } },
  server: { fs: { allow: [".."] }, proxy: { "/api": "http://127.0.0.1:8000" } },
});
