import { App, Button } from "antd";
import { useEffect, useRef } from "react";
import { t } from "@i18n/words";
import "@i18n/areas/shell";
import { keyWords, useKeys } from "../../parts/keys";
import { useTell } from "../../parts/tell";
import { takeBack, useOffers } from "../../parts/undo";

/** Shows what can be taken back; Z takes back the newest. */
export function Undo() {
  const offers = useOffers();
  const tell = useTell();
  const { message } = App.useApp();
  const open = useRef(new Set<number>());
  useEffect(() => {
    const there = new Set(offers.map((o) => o.id));
    for (const id of open.current) if (!there.has(id)) message.destroy(`undo-${id}`);
    for (const o of offers) {
      if (open.current.has(o.id)) continue;
      const back = <Button size="small" type="link" aria-keyshortcuts="Z" onClick={() => void takeBack(o.id).catch(tell)}>{t("undo")} ({keyWords("z")})</Button>;
      void message.success({ key: `undo-${o.id}`, duration: 0, content: <>{o.words} {back}</> });
    }
    open.current = there;
  }, [offers, message, tell]);
  useKeys([{ id: "undo", keys: "z", words: t("undo"), run: () => void takeBack().catch(tell) }], offers.length > 0);
  return null;
}
