// House rules of the web faces: import borders, words only in catalogues, file length, first-load budgets, no holes in the lock.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

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
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const names = new Set(Object.keys(lock.packages).map((k) => k.replace(/^.*node_modules\//, "")));
for (const [key, entry] of Object.entries(lock.packages)) {
  if (entry.resolved) problems.push(`package-lock.json: ${key} carries an address`);
  for (const name of Object.keys(entry.optionalDependencies ?? {})) if (!names.has(name)) problems.push(`package-lock.json: ${key} needs ${name}, which has no entry`);
}
// gzip kB of what the first page loads; see docs/adr/0019 for the console's figure
const budgets = { "index.html": { js: 300, css: 40 }, "field.html": { js: 130, css: 25 } };
for (const [page, budget] of Object.entries(budgets)) {
  if (!existsSync(`dist/${page}`)) continue;
  const html = readFileSync(`dist/${page}`, "utf8");
  for (const kind of ["js", "css"]) {
    const used = [...html.matchAll(new RegExp(`/assets/[^"]+\\.${kind}`, "g"))].map((m) => m[0]);
    const size = [...new Set(used)].reduce((sum, f) => sum + statSync(`dist${f}.gz`).size / 1024, 0);
    console.log(`${page} first load ${kind}: ${size.toFixed(0)} kB gzip (at most ${budget[kind]})`);
    if (size > budget[kind]) problems.push(`${page}: ${kind} ${size.toFixed(0)} kB, at most ${budget[kind]}`);
  }
}
if (problems.length) {
  console.error(problems.join("\n"));
  process.exit(1);
}
