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
// gzip kB; docs/adr/0019. A page loads what its HTML names and, for a screen, every part that the screen waits for.
const budgets = [
  { name: "console, first load", page: "index.html", parts: [], js: 220, css: 40 },
  { name: "console, work list", page: "index.html", parts: ["Pages.tsx", "features/list/Orders.tsx", "locale/zh_CN.js"], js: 260, css: 40 },
  { name: "console, order", page: "index.html", parts: ["Pages.tsx", "features/order/Order.tsx", "locale/zh_CN.js"], js: 285, css: 40 },
  { name: "console, board", page: "index.html", parts: ["Pages.tsx", "features/boards/Board.tsx", "features/boards/Team.tsx", "locale/zh_CN.js"], js: 285, css: 40 },
  { name: "console, home", page: "index.html", parts: ["Pages.tsx", "features/boards/Home.tsx", "locale/zh_CN.js"], js: 260, css: 40 },
  { name: "charts alone", page: "", parts: ["features/boards/Chart.tsx"], less: ["index.html"], js: 250, css: 40 },
  { name: "engineer page", page: "field.html", parts: [], js: 100, css: 25 },
];
const manifest = existsSync("dist/parts.json") ? JSON.parse(readFileSync("dist/parts.json", "utf8")) : undefined;
for (const budget of manifest ? budgets : []) {
  const files = new Set();
  const walked = new Set();
  const take = (key) => {
    if (walked.has(key)) return;
    walked.add(key);
    files.add(manifest[key].file);
    (manifest[key].css ?? []).forEach((f) => files.add(f));
    (manifest[key].imports ?? []).forEach(take);
  };
  const find = (end) => Object.keys(manifest).find((k) => k.endsWith(end)) ?? problems.push(`${end}: no such part`);
  // "less": what the page has already loaded is not counted again
  (budget.less ?? []).forEach(take);
  files.clear();
  [budget.page, ...budget.parts.map(find)].filter(Boolean).forEach(take);
  for (const kind of ["js", "css"]) {
    const size = [...files].filter((f) => f.endsWith(`.${kind}`)).reduce((sum, f) => sum + statSync(`dist/${f}.gz`).size / 1024, 0);
    console.log(`${budget.name} ${kind}: ${size.toFixed(0)} kB gzip (at most ${budget[kind]})`);
    if (size > budget[kind]) problems.push(`${budget.name}: ${kind} ${size.toFixed(0)} kB, at most ${budget[kind]}`);
  }
}
if (problems.length) {
  console.error(problems.join("\n"));
  process.exit(1);
}
