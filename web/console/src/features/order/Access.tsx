import { Input, type InputRef, Modal, Tag } from "antd";
import { useEffect, useRef, useState } from "react";
import "@i18n/areas/access";
import { t, tl } from "@i18n/words";
import { useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";

interface Viewer {
  user_id: string;
  name: string;
  login: string;
  sees: boolean;
  reasons: { zh: string; en: string }[];
}

/** "Why could Li see this?": everybody whose name holds what was typed, the verdict, and the reason of each role. */
export default function Access({ id, close }: { id: string; close: () => void }) {
  const [text, setText] = useState("");
  const [q, setQ] = useState("");
  const box = useRef<InputRef>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), 150);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useGet<Viewer[]>(`/orders/${id}/viewers?q=${encodeURIComponent(q)}`);
  return (
    <Modal open title={t("accessTitle")} footer={null} onCancel={close} width={640} afterOpenChange={(is) => is && box.current?.focus()}>
      <Input ref={box} allowClear aria-label={t("accessPerson")} placeholder={t("accessPerson")} value={text} onChange={(e) => setText(e.target.value)} />
      <div aria-live="polite" style={{ maxHeight: "60vh", overflow: "auto", marginTop: 8 }}>
        <Waiting of={found}>
          {(people) =>
            people.length === 0 ? <p className="empty">{t("accessNobody")}</p> : people.map((p) => (
              <article key={p.user_id} className="entry" aria-label={p.name}>
                <div>
                  <strong>{p.name}</strong> <span className="soft">{p.login}</span> <Tag>{p.sees ? `✓ ${t("accessSees")}` : `✕ ${t("accessBlind")}`}</Tag>
                  {p.reasons.map((r) => <p key={r.zh}>{tl(r)}</p>)}
                </div>
              </article>
            ))
          }
        </Waiting>
      </div>
    </Modal>
  );
}
