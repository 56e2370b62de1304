import { ArrowDownOutlined, ArrowUpOutlined, MinusOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, InputNumber, Radio } from "antd";
import { useRef, useState } from "react";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { type Col, DEFAULT, FROZEN_MOST, type Look, moved, NARROWEST, WIDEST } from "./columns";

interface Props {
  all: Col[];
  look: Look;
  setLook: (look: Look) => void;
  density: string;
  setDensity: (value: string) => void;
}
const STEP = 32;
/** Which columns, their order (buttons or drag), width, how many stay in sight; and how tall rows are. */
export default function ColumnMenu({ all, look, setLook, density, setDensity }: Props) {
  const [over, setOver] = useState("");
  const dragged = useRef("");
  const on = look.columns.filter((k) => all.some((c) => c.key === k));
  const list = [...on.flatMap((k) => all.filter((c) => c.key === k)), ...all.filter((c) => !on.includes(c.key))];
  const toggle = (key: string) => setLook({ ...look, columns: on.includes(key) ? on.filter((k) => k !== key) : [...on, key] });
  const place = (key: string, step: number) => setLook({ ...look, columns: moved(on, key, step) });
  const wide = (c: Col, step: number) => setLook({ ...look, widths: { ...look.widths, [c.key]: Math.min(Math.max((look.widths[c.key] ?? c.width) + step, NARROWEST), WIDEST) } });
  const tool = (words: string, icon: React.ReactNode, press: () => void, off = false) => <Button size="small" type="text" aria-label={words} title={words} disabled={off} icon={icon} onClick={press} />;
  return (
    <div className="column-menu" role="dialog" aria-label={t("columnsMenu")}>
      <ul>
        {list.map((c) => {
          const at = on.indexOf(c.key);
          return (
            <li key={c.key} className={`between ${over === c.key ? "over" : ""}`} draggable={at >= 0} onDragStart={() => { dragged.current = c.key; }} onDragOver={(e) => { e.preventDefault(); setOver(c.key); }} onDragEnd={() => setOver("")}
              onDrop={(e) => { e.preventDefault(); setOver(""); if (at >= 0 && dragged.current) place(dragged.current, at - on.indexOf(dragged.current)); }}>
              <Checkbox checked={at >= 0} disabled={at >= 0 && on.length === 1} onChange={() => toggle(c.key)}>{c.label}</Checkbox>
              {at >= 0 && <span className="row tight">
                {tool(t("columnEarlier", { name: c.label }), <ArrowUpOutlined aria-hidden />, () => place(c.key, -1), at === 0)}
                {tool(t("columnLater", { name: c.label }), <ArrowDownOutlined aria-hidden />, () => place(c.key, 1), at === on.length - 1)}
                {tool(t("columnNarrower", { name: c.label }), <MinusOutlined aria-hidden />, () => wide(c, -STEP))}
                {tool(t("columnWider", { name: c.label }), <PlusOutlined aria-hidden />, () => wide(c, STEP))}
              </span>}
            </li>
          );
        })}
      </ul>
      <p className="row"><label htmlFor="frozen">{t("columnsFrozen")}</label><InputNumber id="frozen" size="small" min={0} max={FROZEN_MOST} value={look.frozen} onChange={(v) => setLook({ ...look, frozen: v ?? 0 })} /></p>
      <p className="row"><span id="density">{t("rowHeight")}</span><Radio.Group aria-labelledby="density" size="small" optionType="button" value={density} onChange={(e) => setDensity(String(e.target.value))} options={[{ value: "compact", label: t("densityCompact") }, { value: "normal", label: t("densityNormal") }, { value: "roomy", label: t("densityRoomy") }]} /></p>
      <Button size="small" type="link" onClick={() => setLook({ columns: DEFAULT, widths: {}, frozen: 0 })}>{t("columnsReset")}</Button>
    </div>
  );
}
