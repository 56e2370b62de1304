import { Input } from "antd";
import { useState } from "react";
import "@i18n/areas/order";
import { t } from "@i18n/words";

/** A word to find the order by; Enter adds it and waits for the next, Escape ends. */
export default function AddTag({ add, close }: { add: (word: string) => Promise<unknown>; close: () => void }) {
  const [word, setWord] = useState("");
  const done = async () => {
    const clean = word.trim().replace(/^#/, "");
    if (!clean) return close();
    await add(clean);
    setWord("");
  };
  return <Input size="small" style={{ width: 130 }} autoFocus maxLength={40} prefix="#" aria-label={t("addTag")} value={word} onChange={(e) => setWord(e.target.value.replace(/[\s,]/g, ""))} onPressEnter={(e) => { if (!e.nativeEvent.isComposing) void done(); }} onKeyDown={(e) => e.key === "Escape" && close()} onBlur={() => !word && close()} />;
}
