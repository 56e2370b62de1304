// docs/manual/*.md become pages of the console: HTML at build time, pictures as assets that are read when they are looked at.
import { marked } from "marked";
import type { Plugin } from "vite";

const outside = (href: string) => /^[a-z]+:/.test(href);

/** `[Orders](orders.md#keys)` leads to the help page, pictures beside the manual to what the build made of them. */
export function page(text: string): { html: string; pictures: string[] } {
  const pictures: string[] = [];
  const html = marked.parse(text, { async: false }).replace(/<img src="([^"]+)"/g, (_, src: string) => `<img loading="lazy" src="\u0000${pictures.push(src) - 1}\u0000"`)
    .replace(/<a href="([^"]+)"/g, (whole, href: string) => (outside(href) || href.startsWith("#") ? whole : `<a href="/app/help/${href.replace(/\.md/, "")}"`));
  return { html, pictures };
}

export const manual = (): Plugin => ({
  name: "manual",
  transform(text, id) {
    if (!id.endsWith(".md")) return;
    const { html, pictures } = page(text);
    const imports = pictures.map((src, i) => `import p${i} from ${JSON.stringify(src)};`).join("\n");
    const body = html.split("\u0000").map((part, i) => (i % 2 ? `p${part}` : JSON.stringify(part))).join(" + ");
    return { code: `${imports}\nexport default ${body};\n`, map: null };
  },
});
