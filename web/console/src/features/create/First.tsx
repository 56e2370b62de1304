import { AutoComplete, Form, Tag } from "antd";
import { useEffect, useRef, useState } from "react";
import { get } from "@api/client";
import type { Hit, OrderRow, Page } from "@api/types";
import "@i18n/areas/create";
import { type Key, t } from "@i18n/words";
import type { Taken, Writing } from "./sheet";
import { cleaned, isChat, isNumber, isPhone } from "./typed";

const WORDS: Record<Taken["key"], Key> = { customer_id: "customer", contact_id: "contact", asset_id: "asset", parent: "parentOrder" };

interface Props {
  sheet: Writing;
  typed: string;
  setTyped: (text: string) => void;
  /** A customer, contact or asset was chosen (or is the only one that fits). */
  found: (hit: Hit, typed: string) => void;
  /** The text is no look-up: it becomes the subject or the phone. */
  leave: () => void;
  chat: (text: string) => void;
}

/** One field takes anything: phone, serial number, scanned code, order number, customer, words, or a pasted chat. */
export function First({ sheet, typed, setTyped, found, leave, chat }: Props) {
  const [hits, setHits] = useState<Hit[]>([]);
  const [orders, setOrders] = useState<OrderRow[]>([]);
  const [unknown, setUnknown] = useState(false);
  const turn = useRef(0);
  const raw = useRef("");
  const field = useRef<{ focus: () => void }>(null);
  useEffect(() => {
    const timer = setTimeout(() => field.current?.focus(), 0); // after the drawer has taken the focus for itself
    return () => {
      clearTimeout(timer);
      turn.current++;
    };
  }, []);
  const choose = (hit: Hit) => {
    turn.current++;
    setHits([]);
    setOrders([]);
    setUnknown(false);
    found(hit, raw.current);
    setTyped("");
  };
  const read = async (text: string, mine: number) => {
    const [people, numbers] = await Promise.all([
      get<Hit[]>(`/lookup?q=${encodeURIComponent(text)}`),
      isNumber(text) ? get<Page<OrderRow>>(`/orders/search?q=${encodeURIComponent(text)}&limit=5`).then((p) => p.items) : Promise.resolve([]),
    ]).catch((): [Hit[], OrderRow[]] => [[], []]);
    if (mine !== turn.current) return;
    setHits(people);
    setOrders(numbers);
    setUnknown(isPhone(text) && !people.length);
    // a whole phone number that belongs to one customer only: nothing to choose
    const contacts = people.filter((h) => h.kind === "contact");
    const only = new Set(people.map((h) => h.customer_id)).size === 1 ? (contacts.length === 1 ? contacts[0] : contacts.length ? undefined : people[0]) : undefined;
    if (only && isPhone(text) && text.replace(/\D/g, "").length >= 8) choose(only);
  };
  const ask = (given: string) => {
    raw.current = given;
    setTyped(given);
    setUnknown(false);
    const mine = ++turn.current;
    const text = cleaned(given);
    if (text.length < 2) {
      setHits([]);
      return setOrders([]);
    }
    setTimeout(() => mine === turn.current && void read(text, mine), 150);
  };
  const select = (value: string) => {
    const order = orders.find((o) => o.id === value);
    const hit = hits.find((h) => h.id === value);
    if (hit) return choose(hit);
    if (!order) return;
    setTyped("");
    setOrders([]);
    sheet.take({ key: "parent", id: order.id, words: `${order.number} ${order.title}` });
  };
  const options = [...hits.map((h) => ({ value: h.id, label: `${t(h.kind as "customer")}  ${h.title}  ${h.note}` })), ...orders.map((o) => ({ value: o.id, label: t("asChildOf", { number: o.number, title: o.title }) }))];
  return (
    <Form.Item label={t("lookup")} htmlFor="anything" help={unknown ? t("nobodyKnown") : undefined} extra={<Chosen sheet={sheet} />}>
      <div
        onPaste={(e) => {
          const text = e.clipboardData.getData("text");
          if (!isChat(text)) return;
          e.preventDefault();
          chat(text);
        }}
      >
        <AutoComplete
          ref={field as never}
          id="anything"
          defaultActiveFirstOption
          value={typed}
          placeholder={t("lookupHint")}
          showSearch={{ onSearch: ask }}
          onSelect={select}
          onBlur={leave}
          onInputKeyDown={(e) => {
            if (e.key !== "Enter" || options.length || e.nativeEvent.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
            e.preventDefault();
            leave();
          }}
          options={options}
        />
      </div>
    </Form.Item>
  );
}

function Chosen({ sheet }: { sheet: Writing }) {
  if (!sheet.taken.length) return null;
  const drop = (key: Taken["key"]) => (key === "customer_id" ? sheet.drop("customer_id", "contact_id") : sheet.drop(key));
  return (
    <span className="row">
      {sheet.taken.map((x) => (
        <Tag key={x.key} closable={{ "aria-label": t("dropTaken", { name: t(WORDS[x.key]) }) }} onClose={() => drop(x.key)}>
          {t(WORDS[x.key])} {x.words}
        </Tag>
      ))}
    </span>
  );
}
