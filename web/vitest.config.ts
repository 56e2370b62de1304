import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const at = (path: string) => resolve(import.meta.dirname, path);
export default defineConfig({ resolve: { alias: { "@api": at("packages/api"), "@i18n": at("packages/i18n"), "@ui": at("packages/ui") } }, test: { include: ["tests/**/*.test.ts"] } });
