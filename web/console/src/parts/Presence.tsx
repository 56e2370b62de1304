import { EditOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import "../css/live.css";
import "@i18n/areas/live";
import { t } from "@i18n/words";
import { type Doing, usePresence } from "./presence";

const WORDS = { looking: "presentLooking", editing: "presentEditing", writing: "presentWriting" } as const;
/** A name as one or two letters: the last two characters of a Chinese name, the first letters of others. */
export const initials = (name: string): string =>
  /^[\u3400-\u9fff]/.test(name) ? name.slice(-2) : name.split(/\s+/).map((w) => w[0] ?? "").join("").slice(0, 2).toUpperCase();

/** Who else is at a place: initials, with a pencil for who changes something there; the name on hover and for screen readers. */
export default function Presence({ place, doing = "looking" }: { place: string; doing?: Doing }) {
  const others = usePresence(place, doing);
  if (others.length === 0) return null;
  return (
    <ul className="present" aria-label={t("presentWho")}>
      {others.map((p) => {
        const words = t(WORDS[p.doing as Doing] ?? "presentLooking", { name: p.name });
        return (
          <Tooltip key={p.id} title={words}>
            <li className={p.doing}>
              <span aria-hidden="true">{p.doing !== "looking" && <EditOutlined />}{initials(p.name)}</span>
              <span className="hidden">{words}</span>
            </li>
          </Tooltip>
        );
      })}
    </ul>
  );
}
