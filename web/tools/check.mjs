// House rules of the web faces: import borders, words only in catalogues, file length, first-load budgets, no holes in the lock.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { against, measured } from "./sizes.mjs";

const problems = [];
const walk = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? (e.name === "generated" ? [] : walk(join(folder, e.name))) : [join(folder, e.name)]));
const sources = ["console", "field", "packages"].flatMap(walk).filter((p) => /\.tsx?$/.test(p));
for (const path of sources) {
  const text = readFileSync(path, "utf8");
  const lines = text.split("\n");
  if (lines.length > 300) problems.push(`${path}: ${lines.length} lines, at most 300`);
  if (path.startsWith("packages/") && /from "(\.\.\/)+(console|field)\//.test(text)) problems.push(`${path}: packages may not import a face`);
  if (path.startsWith("field/") && /from "antd|@ant-design/.test(text)) problems.push(`${path}: the engineer app stays light, no antd`);
  if (!path.includes("i18n/")) {
    lines.forEach((line, i) => {
      if (/[\u4e00-\u9fff]/.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line)) problems.push(`${path}:${i + 1}: words belong into packages/i18n`);
    });
  }
}
// a word of an area is only there when its area was loaded: whoever says it imports it
const areas = new Map();
for (const path of sources.filter((p) => p.includes("i18n/areas/"))) {
  const area = path.match(/([a-z]+)\.ts$/)[1];
  for (const [, key] of readFileSync(path, "utf8").matchAll(/^ {2}"?([\w.|-]+)"?: \[/gm)) areas.set(key, area);
}
for (const path of sources.filter((p) => !p.includes("i18n/"))) {
  const text = readFileSync(path, "utf8");
  const said = [...text.matchAll(/\bt\((?:[^()"]*\? *)?"([\w.-]+)"/g)].map((m) => areas.get(m[1]));
  for (const area of new Set(said)) if (area && area !== "base" && !text.includes(`"@i18n/areas/${area}"`)) problems.push(`${path}: says words of ${area}; import "@i18n/areas/${area}"`);
}
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const names = new Set(Object.keys(lock.packages).map((k) => k.replace(/^.*node_modules\//, "")));
for (const [key, entry] of Object.entries(lock.packages)) {
  if (entry.resolved) problems.push(`package-lock.json: ${key} carries an address`);
  for (const name of Object.keys(entry.optionalDependencies ?? {})) if (!names.has(name)) problems.push(`package-lock.json: ${key} needs ${name}, which has no entry`);
}
if (existsSync("dist/parts.json")) {
  const found = measured();
  const { over, lines } = against(found, JSON.parse(readFileSync("tools/sizes.json", "utf8")));
  console.log(lines.join("\n"));
  problems.push(...over);
}
if (problems.length) {
  console.error(problems.join("\n"));
  process.exit(1);
}
