import { Select } from "antd";
import { useEffect, useState } from "react";
import type { Page, TeamOut, UserOut } from "@api/types";
import { t } from "@i18n/words";
import { useGet } from "./data";

interface Picked {
  id?: string;
  value?: string;
  onChange?: (id: string) => void;
}

/** Choose a person by name or pinyin; engineers of the same name are told apart by their account. `unfold`: shows the list by itself. */
export function PickPerson({ id, value, onChange, unfold = false }: Picked & { unfold?: boolean }) {
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(unfold), [unfold]);
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), 150);
    return () => clearTimeout(timer);
  }, [text]);
  const people = useGet<Page<UserOut>>(`/users?limit=50&q=${encodeURIComponent(asked)}`);
  const options = people.data?.items.filter((p) => p.active).map((p) => ({ value: p.id, label: `${p.name} · ${p.login}` })) ?? [];
  return <Select {...(id ? { id } : { "aria-label": t("choosePerson") })} open={open} onOpenChange={setOpen} autoFocus allowClear style={{ width: "100%" }} placeholder={t("choosePerson")} value={value ?? null} loading={people.loading} showSearch={{ filterOption: false, onSearch: setText }} {...(onChange ? { onChange } : {})} options={options} notFoundContent={people.loading ? t("loading") : people.error ? t("error") : t("nothingFound")} />;
}

export function PickTeam({ id, value, onChange }: Picked) {
  const teams = useGet<TeamOut[]>("/teams");
  return <Select {...(id ? { id } : { "aria-label": t("chooseTeam") })} allowClear style={{ width: "100%" }} placeholder={t("chooseTeam")} value={value ?? null} {...(onChange ? { onChange } : {})} options={teams.data?.map((x) => ({ value: x.id, label: x.name })) ?? []} />;
}
