// How much a page loads (gzip, kB; docs/adr/0019), and what grew since it was last written down in sizes.json (`npm run sizes`).
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

// A page loads what its HTML names and, for a screen, every part that the screen waits for. "less": what is there already is not counted again.
const BUDGETS = [
  { name: "console, first load", page: "index.html", parts: [], js: 220, css: 40 },
  { name: "console, work list", page: "index.html", parts: ["Pages.tsx", "features/list/Orders.tsx", "locale/zh_CN.js"], js: 260, css: 40 },
  { name: "console, order", page: "index.html", parts: ["Pages.tsx", "features/order/Order.tsx", "locale/zh_CN.js"], js: 285, css: 40 },
  { name: "console, board", page: "index.html", parts: ["Pages.tsx", "features/boards/Board.tsx", "features/boards/Team.tsx", "locale/zh_CN.js"], js: 270, css: 40 },
  { name: "console, home", page: "index.html", parts: ["Pages.tsx", "features/boards/Home.tsx", "locale/zh_CN.js"], js: 235, css: 40 },
  { name: "charts alone", page: "", parts: ["features/boards/Chart.tsx"], less: ["index.html"], js: 250, css: 40 },
  { name: "engineer page", page: "field.html", parts: [], js: 100, css: 25 },
];
const WRITTEN = "tools/sizes.json";
const kind = (file) => file.slice(file.lastIndexOf(".") + 1);
const sum = (files, of) => Object.entries(files).reduce((all, [file, size]) => (kind(file) === of ? all + size : all), 0);

/** Per budget: every file it loads (its name without the hash) and that file's size. */
export function measured(folder = "dist") {
  const manifest = JSON.parse(readFileSync(`${folder}/parts.json`, "utf8"));
  const plain = (file) => file.replace(/^assets\//, "").replace(/-[\w-]{8}(\.\w+)$/, "$1");
  return Object.fromEntries(BUDGETS.map((budget) => {
    const walked = new Set();
    let files = new Set();
    const take = (key) => {
      if (walked.has(key)) return;
      walked.add(key);
      [manifest[key].file, ...(manifest[key].css ?? [])].forEach((f) => files.add(f));
      (manifest[key].imports ?? []).forEach(take);
    };
    const find = (end) => {
      const key = Object.keys(manifest).find((k) => k.endsWith(end));
      if (!key) throw new Error(`${budget.name}: no part ${end} in ${folder}/parts.json`);
      return key;
    };
    (budget.less ?? []).forEach(take);
    files = new Set();
    [budget.page, ...budget.parts.map(find)].filter(Boolean).forEach(take);
    const sizes = {};
    for (const file of [...files].sort()) sizes[plain(file)] = Math.round(((sizes[plain(file)] ?? 0) + statSync(`${folder}/${file}.gz`).size / 1024) * 10) / 10;
    return [budget.name, sizes];
  }));
}

/** What to say of each budget; with one that is exceeded, its three biggest growths. */
export function against(found, before, budgets = BUDGETS) {
  const lines = [];
  const over = [];
  for (const { name, ...most } of budgets) {
    const old = before[name] ?? {};
    for (const of of ["js", "css"]) {
      const [now, was] = [sum(found[name], of), sum(old, of)];
      lines.push(`${name} ${of}: ${now.toFixed(0)} kB gzip (at most ${most[of]}, ${now >= was ? "+" : ""}${(now - was).toFixed(1)})`);
      if (now <= most[of]) continue;
      const all = [...new Set([...Object.keys(found[name]), ...Object.keys(old)])].filter((f) => kind(f) === of);
      const grown = all.map((f) => [f, (found[name][f] ?? 0) - (old[f] ?? 0)]).filter(([, by]) => by > 0.05).sort((a, b) => b[1] - a[1]).slice(0, 3);
      over.push(`${name}: ${of} ${now.toFixed(0)} kB, at most ${most[of]}; ${grown.length ? `grown most since ${WRITTEN}: ${grown.map(([f, by]) => `${f} +${by.toFixed(1)}`).join(", ")}` : `nothing grew since ${WRITTEN}`}`);
    }
  }
  return { over, lines };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const rows = Object.entries(measured()).map(([name, files]) => `${JSON.stringify(name)}: ${JSON.stringify(files)}`);
  writeFileSync(WRITTEN, `{\n${rows.join(",\n")}\n}\n`);
}
