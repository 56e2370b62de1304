import { DownOutlined } from "@ant-design/icons";
import { App, Badge, Button, Popover } from "antd";
import { lazy, Suspense, useState } from "react";
import type { BulkOut } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { may } from "../../parts/data";
import { useTell } from "../../parts/tell";
import type { Filters } from "./address";
import { exportList } from "./exporting";
import { useRuns } from "./runs";
import { modified, type Now, type ViewsState } from "./views";

const ViewMenu = lazy(() => import("./ViewMenu"));
const SaveView = lazy(() => import("./SaveView"));
const RunList = lazy(() => import("./RunList"));
interface Props {
  views: ViewsState;
  now: Now;
  count: { count: number; capped: boolean } | undefined;
  tools: React.ReactNode;
  columns: string[];
  filters: Filters;
  ended: () => void;
}
/** The view's name (and all others behind it), how many orders it has, whether it was changed; and what is done with the whole list. */
export function Top({ views, now, count, tools, columns, filters, ended }: Props) {
  const tell = useTell();
  const { message } = App.useApp();
  const [menu, setMenu] = useState(false);
  const [naming, setNaming] = useState(false);
  const runs = useRuns();
  const going = runs.bulks.filter((b: BulkOut) => b.state === "queued" || b.state === "running").length + runs.exports.filter((e) => e.state === "queued" || e.state === "running").length;
  const changed = views.on && modified(views.on, now);
  const fits = !views.on && (!views.built || JSON.stringify(views.built.filters) !== JSON.stringify(now.filters) || views.built.sort !== now.sort);
  const out = (format: "csv" | "xlsx") => void exportList(format, columns, filters, [], message, tell);
  return (
    <div className="row list-top">
      <h1>
        <Popover open={menu} trigger="click" placement="bottomLeft" destroyOnHidden onOpenChange={setMenu} content={<Suspense fallback={t("loading")}><ViewMenu views={views} close={() => setMenu(false)} /></Suspense>}>
          <button type="button" className="view-name" aria-haspopup="dialog" aria-expanded={menu} aria-label={`${t("views")}: ${views.name}`}>{views.name} <DownOutlined aria-hidden /></button>
        </Popover>{" "}
        <small className="soft" aria-live="polite">{count ? t("count", { n: `${count.count.toLocaleString("en")}${count.capped ? "+" : ""}` }) : ""}</small>
      </h1>
      {changed && <span className="row tight"><span className="soft">{t("viewModified")}</span>{views.on && views.mine(views.on) && <Button size="small" type="primary" onClick={() => views.on && void views.save(views.on, now).catch(tell)}>{t("save")}</Button>}<Button size="small" onClick={() => setNaming(true)}>{t("viewSaveAs")}</Button></span>}
      {fits && may("order.save_view") && <Button size="small" onClick={() => setNaming(true)}>{t("saveView")}</Button>}
      <span className="grow" />
      <span className="row tight tools">
        {tools}
        {may("order.export") && <Popover trigger="click" placement="bottomRight" destroyOnHidden content={<div className="upright"><p className="soft">{t("exportHint")}</p><Button size="small" onClick={() => out("csv")}>{t("exportCsv")}</Button> <Button size="small" onClick={() => out("xlsx")}>{t("exportXlsx")}</Button></div>}><Button size="small" className="wide">{t("exportList")}</Button></Popover>}
        {(may("order.bulk") || may("order.export")) && (
          <Popover trigger="click" placement="bottomRight" destroyOnHidden onOpenChange={(on) => !on && ended()} content={<Suspense fallback={t("loading")}><RunList /></Suspense>}>
            <Badge count={going} size="small" styles={{ indicator: { background: "var(--blue)", color: "var(--panel)" } }}><Button size="small" aria-label={going ? `${t("runList")} ${going}` : t("runList")}>{t("runList")}</Button></Badge>
          </Popover>
        )}
      </span>
      {naming && <Suspense><SaveView views={views} now={now} close={() => setNaming(false)} /></Suspense>}
    </div>
  );
}
