import { CloseOutlined, ExpandOutlined, LeftOutlined, RightOutlined, SplitCellsOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useEffect } from "react";
import { get } from "@api/client";
import type { OrderDetail } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { keyWords } from "../../parts/keys";
import { markSeen } from "../../parts/seen";

const Order = lazy(() => import("../order/Order"));
interface Props {
  id: string;
  split: boolean;
  step: (by: number) => void;
  whole: () => void;
  toggle: () => void;
  close: () => void;
  changed: () => void;
}
/** The order page beside the list. */
export default function Peek({ id, split, step, whole, toggle, close, changed }: Props) {
  useEffect(() => {
    void get<OrderDetail>(`/orders/${id}`).then((o) => markSeen(id, o.version), () => undefined);
    return changed;
  }, [id]);
  const tool = (words: string, icon: React.ReactNode, press: () => void) => <Button size="small" type="text" aria-label={words} title={words} icon={icon} onClick={press} />;
  return (
    <aside className="peek" aria-label={t("peekOrder")}>
      <div className="between">
        <span className="row tight">{tool(`${t("keyPrevious")} [`, <LeftOutlined aria-hidden />, () => step(-1))}{tool(`${t("keyNext")} ]`, <RightOutlined aria-hidden />, () => step(1))}</span>
        <span className="row tight">{tool(split ? t("peekUnsplit") : t("peekSplit"), <SplitCellsOutlined aria-hidden />, toggle)}{tool(`${t("peekWhole")} (${keyWords("Enter")})`, <ExpandOutlined aria-hidden />, whole)}{tool(t("close"), <CloseOutlined aria-hidden />, close)}</span>
      </div>
      <div className="peeked"><Suspense fallback={<p>{t("loading")}</p>}><Order id={id} key={id} beside /></Suspense></div>
    </aside>
  );
}
