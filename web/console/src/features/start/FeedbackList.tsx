import { Button } from "antd";
import { useState } from "react";
import { get } from "@api/client";
import type { FeedbackOut } from "@api/generated/types.gen";
import type { Page } from "@api/types";
import "@i18n/areas/start";
import { t } from "@i18n/words";
import { when } from "@ui/format";
import { useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";

/** What people have said about the screens, newest first. */
export default function FeedbackList() {
  const tell = useTell();
  const list = useGet<Page<FeedbackOut>>("/onboarding/feedback");
  const [later, setLater] = useState<Page<FeedbackOut>>({ items: [], next: null });
  const next = later.items.length ? later.next : list.data?.next;
  const more = () => get<Page<FeedbackOut>>(`/onboarding/feedback?cursor=${encodeURIComponent(next ?? "")}`).then((p) => setLater({ items: [...later.items, ...p.items], next: p.next }), tell);
  return (
    <>
      <h1>{t("feedbackList")}</h1>
      <Waiting of={list}>
        {(page) => page.items.length === 0 ? <div className="panel empty">{t("feedbackNone")}</div> : (
          <>
            {[...page.items, ...later.items].map((f) => (
              <article key={f.id} className="panel" style={{ marginBottom: 12 }}>
                <p className="soft">{f.name} · {when(f.at)} · {f.screen}</p>
                <p style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{f.body}</p>
                {f.steps.length > 0 && <details><summary>{t("feedbackSteps")}</summary><ol>{f.steps.map((s, i) => <li key={i} style={{ overflowWrap: "anywhere" }}>{s}</li>)}</ol></details>}
              </article>
            ))}
            {next && <Button onClick={() => void more()}>{t("moreRows")}</Button>}
          </>
        )}
      </Waiting>
    </>
  );
}
