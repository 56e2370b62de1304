import type { FormField, FormLayout } from "@api/types";
import { t, tl } from "@i18n/words";
import { OwnField, useShown } from "../../parts/form";
import type { Writing } from "./sheet";

/** The blueprint's own fields: what is needed and what a condition shows first, the rest by section behind "more". */
export function Own({ form, sheet, open, setOpen, children }: { form: FormLayout; sheet: Writing; open: boolean; setOpen: (open: boolean) => void; children: React.ReactNode }) {
  const { shown, needed, sections } = useShown(form);
  const draw = (f: FormField) => <OwnField key={f.key} field={f} needed={needed(f)} extra={sheet.from[`fields.${f.key}`]} />;
  const first = (f: FormField) => needed(f) || f.show_if !== undefined;
  const rest = shown.filter((f) => !first(f));
  return (
    <>
      {shown.filter(first).map(draw)}
      {children}
      {rest.length > 0 && (
        <details open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
          <summary className="part">{t("more")}</summary>
          {sections(rest).map((s) => <section key={s.label?.en ?? ""} aria-label={tl(s.label, t("more"))}>{s.label && <h3 className="part">{tl(s.label)}</h3>}{s.of.map(draw)}</section>)}
        </details>
      )}
    </>
  );
}
