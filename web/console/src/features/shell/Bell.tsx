import { BellOutlined } from "@ant-design/icons";
import { Badge, Button, Tooltip } from "antd";
import { useEffect, useRef, useState } from "react";
import type { Unread } from "@api/types";
import "@i18n/areas/live";
import { t } from "@i18n/words";
import { go, READ, useGet } from "../../parts/data";
import { useInboxEvents } from "../../parts/live";

export const kindWords = (kind: string): string => t(`about_${kind}` as "about_other");
const SAID = 5_000; // a screen reader hears of news at most so often, and of all of them in one sentence
const EVERY = 60_000; // what was put aside comes back without an event where live updates are not to be had

/** What waits for me, by kind; one sentence for screen readers, never a message per order. */
export function Bell() {
  const count = useGet<Unread>("/notifications/count");
  const { reload } = count;
  const unread = count.data?.unread ?? 0;
  const [news, setNews] = useState("");
  const before = useRef<number | undefined>(undefined);
  useInboxEvents(reload);
  useEffect(() => {
    const timer = setInterval(reload, EVERY);
    window.addEventListener(READ, reload);
    return () => {
      clearInterval(timer);
      window.removeEventListener(READ, reload);
    };
  }, [reload]);
  useEffect(() => {
    if (!count.data) return;
    const known = before.current ?? unread;
    before.current ??= unread;
    if (unread < known) before.current = unread;
    if (unread <= known) return;
    const timer = setTimeout(() => {
      setNews(t("bellNews", { n: unread - known }));
      before.current = unread;
    }, news ? SAID : 0);
    return () => clearTimeout(timer);
  }, [count.data, unread]);
  const kinds = Object.entries(count.data?.kinds ?? {}).map(([kind, n]) => `${kindWords(kind)} ${n}`).join(t("comma"));
  const words = unread ? t("bellOf", { n: unread, kinds }) : t("bellNone");
  // red only when something is overdue: a count of news is no alert
  const look = { background: count.data?.kinds?.breach ? "var(--red)" : "var(--blue)", color: "var(--panel)" };
  return (
    <>
      <Tooltip title={words}>
        <Badge count={unread} size="small" overflowCount={999} offset={[-4, 2]} styles={{ indicator: look }}>
          <Button aria-label={words} icon={<BellOutlined aria-hidden />} onClick={() => go("/app/inbox")} />
        </Badge>
      </Tooltip>
      <span className="hidden" role="status">{news}</span>
    </>
  );
}
