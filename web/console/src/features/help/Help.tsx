import { Skeleton } from "antd";
import { useEffect, useRef, useState } from "react";
import "@i18n/areas/help";
import "../../css/help.css";
import { t } from "@i18n/words";
import { follow } from "../../parts/data";
import { known, load } from "./pages";

const title = (html: string): string => html.match(/<h1[^>]*>(.*?)<\/h1>/s)?.[1]?.replace(/<[^>]+>/g, "") ?? "";

/** A page of the manual in the person's language, and the contents beside it. */
export default function Help({ name = "start" }: { name?: string | undefined }) {
  const [pages, setPages] = useState<{ name: string; title: string }[]>([]);
  const [html, setHtml] = useState<string | null>();
  const article = useRef<HTMLElement>(null);
  const contents = useRef<HTMLElement>(null);
  useEffect(() => {
    void Promise.all(known().map(async (n) => ({ name: n, title: title((await load(n)) ?? "") }))).then(setPages);
  }, []);
  useEffect(() => {
    setHtml(undefined);
    void load(name).then((text) => {
      setHtml(text ?? null);
      if (text) document.title = `${title(text)} · ${t("help")} · ${t("app")}`;
    });
  }, [name]);
  useEffect(() => {
    if (html && location.hash) article.current?.querySelector(`[id="${CSS.escape(decodeURIComponent(location.hash.slice(1)))}"]`)?.scrollIntoView();
  }, [html]);
  // on a phone the contents are one row that scrolls
  useEffect(() => void contents.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [pages, name]);
  const inside = (event: React.MouseEvent) => {
    const to = (event.target as HTMLElement).closest("a")?.getAttribute("href");
    if (to?.startsWith("/app/")) follow(event, to);
  };
  return (
    <div className="help">
      <nav aria-label={t("helpContents")} ref={contents}>
        {pages.map((p) => <a key={p.name} href={`/app/help/${p.name}`} aria-current={p.name === name ? "page" : undefined} onClick={(e) => follow(e, `/app/help/${p.name}`)}>{p.title}</a>)}
        <a href="/app/changes" onClick={(e) => follow(e, "/app/changes")}>{t("changes")}</a>
      </nav>
      {html === undefined ? <Skeleton active aria-label={t("loading")} />
        : html === null ? <div className="panel empty"><h1>{t("help")}</h1><p>{t("helpNone")}</p></div>
        // the text is our own, made at build time from docs/manual
        : <article ref={article} className="panel prose" onClick={inside} dangerouslySetInnerHTML={{ __html: html }} />}
    </div>
  );
}
