import { CloseOutlined, EditOutlined, EllipsisOutlined, PushpinFilled } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useEffect, useRef, useState } from "react";
import "@i18n/areas/shell";
import { t } from "@i18n/words";
import { useActions } from "../../parts/actions";
import { follow, go } from "../../parts/data";
import { close, closeOthers, type Open, openPath, orderAt, pin, unsent, useNews, useOpen } from "./open";

const WIDTH = 176;
const MENU = 48;

/** The orders that lie open: as many as fit side by side, the others behind "…". */
export default function Strip({ pathname }: { pathname: string }) {
  const list = useOpen();
  const news = useNews();
  const box = useRef<HTMLElement>(null);
  const [room, setRoom] = useState(6);
  const [, look] = useState(0);
  const here = orderAt(pathname);
  const current = list.find((o) => o.id === here);
  useEffect(() => {
    const sized = new ResizeObserver(([entry]) => entry && setRoom(Math.max(1, Math.floor((entry.contentRect.width - MENU) / WIDTH))));
    if (box.current) sized.observe(box.current);
    return () => sized.disconnect();
  }, [list.length > 0]);
  useEffect(() => {
    let timer = 0;
    const typed = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => look((n) => n + 1), 600);
    };
    window.addEventListener("input", typed);
    return () => window.removeEventListener("input", typed);
  }, []);
  useActions(current ? [
    { id: "open.pin", words: current.pinned ? t("unpinOrder") : t("pinOrder"), run: () => pin(current.id) },
    { id: "open.close", words: t("closeOrder"), run: () => close(current.id) },
  ] : []);
  if (!list.length) return null;
  const beside = list.slice(0, room);
  if (current && !beside.includes(current)) beside[beside.length - 1] = current;
  const hidden = list.filter((o) => !beside.includes(o));
  const line = (o: Open) => `${news.includes(o.id) ? "\u25cf " : ""}${unsent(o.id) ? "\u270e " : ""}${o.number} ${o.title}`;
  const choose = (key: string) => {
    if (key === "pin" && current) pin(current.id);
    else if (key === "others") closeOthers(here);
    else if (key === "all") closeOthers();
    else go(openPath(key));
  };
  const items = [
    ...hidden.map((o) => ({ key: o.id, label: line(o) })),
    ...(hidden.length ? [{ type: "divider" as const }] : []),
    ...(current ? [{ key: "pin", label: current.pinned ? t("unpinOrder") : t("pinOrder") }, { key: "others", label: t("closeOthers") }] : []),
    { key: "all", label: t("closeAll") },
  ];
  return (
    <nav className="strip" ref={box} aria-label={t("openOrders")}>
      <ul>
        {beside.map((o) => (
          <li key={o.id} className={o.id === here ? "on" : ""} onAuxClick={(e) => e.button === 1 && (e.preventDefault(), close(o.id))}>
            <a
              href={openPath(o.id)}
              title={`${o.number} ${o.title}`}
              aria-current={o.id === here ? "page" : undefined}
              onClick={(e) => follow(e, openPath(o.id))}
              onKeyDown={(e) => e.key === "Delete" && close(o.id)}
            >
              {news.includes(o.id) && <i className="news" role="img" aria-label={t("hasNews")} />}
              {unsent(o.id) && <EditOutlined aria-label={t("hasDraft")} />}
              {o.pinned && <PushpinFilled aria-label={t("pinned")} />}
              <span className="cut">{o.number} {o.title}</span>
            </a>
            <button type="button" aria-label={t("closeTab", { n: o.number })} onClick={() => close(o.id)}><CloseOutlined aria-hidden /></button>
          </li>
        ))}
      </ul>
      <Dropdown trigger={["click"]} menu={{ items, onClick: (e) => choose(e.key) }}>
        <Button type="text" size="small" icon={<EllipsisOutlined aria-hidden />} aria-label={hidden.length ? t("moreOpen", { n: hidden.length }) : t("openOrdersMenu")}>
          {hidden.length > 0 && `+${hidden.length}`}
        </Button>
      </Dropdown>
    </nav>
  );
}
