import { AppstoreOutlined, BellOutlined, HomeOutlined, MessageOutlined, MobileOutlined, NotificationOutlined, PartitionOutlined, ProjectOutlined, QuestionCircleOutlined, SettingOutlined, TeamOutlined, UnorderedListOutlined } from "@ant-design/icons";
import type { Key } from "@i18n/words";
import { may, me } from "../../parts/data";

/** A page of the console. `alias`: how else people type its name (pinyin, initials). */
export interface PageEntry {
  key: Key;
  to: string;
  icon: React.ReactNode;
  /** The permission without which it would be an empty page; "" for everybody. */
  needs: string;
  /** Two keys one after the other. */
  keys?: string;
  alias: string;
  /** Another face: a whole page load. */
  outside?: true;
}

export const PAGES: readonly PageEntry[] = [
  { key: "home", to: "/app/home", icon: <HomeOutlined aria-hidden />, needs: "order.view", keys: "g h", alias: "shouye sy home" },
  { key: "orders", to: "/app/orders", icon: <UnorderedListOutlined aria-hidden />, needs: "order.view", keys: "g l", alias: "gongdanliebiao gdlb list" },
  { key: "board", to: "/app/board", icon: <ProjectOutlined aria-hidden />, needs: "board.view", keys: "g b", alias: "kanban kb" },
  { key: "customers", to: "/app/customers", icon: <TeamOutlined aria-hidden />, needs: "customer.view", keys: "g c", alias: "kehu kh" },
  { key: "engineers", to: "/app/engineers", icon: <AppstoreOutlined aria-hidden />, needs: "workforce.view", keys: "g e", alias: "gongchengshi gcs people" },
  { key: "blueprints", to: "/app/blueprints", icon: <PartitionOutlined aria-hidden />, needs: "blueprint.view", keys: "g p", alias: "gongdanmuban gdmb template" },
  { key: "inbox", to: "/app/inbox", icon: <BellOutlined aria-hidden />, needs: "notification.view", keys: "g i", alias: "tongzhi tz inbox" },
  { key: "fieldWork", to: "/field", icon: <MobileOutlined aria-hidden />, needs: "order.start", keys: "g f", alias: "xianchang xc field phone", outside: true },
  { key: "savedReplies", to: "/app/replies", icon: <MessageOutlined aria-hidden />, needs: "reply.view", alias: "kuaijiehuifu kjhf replies" },
  { key: "help", to: "/app/help/start", icon: <QuestionCircleOutlined aria-hidden />, needs: "", alias: "bangzhu bz help manual" },
  { key: "changes", to: "/app/changes", icon: <NotificationOutlined aria-hidden />, needs: "", alias: "gengxin gx news changes" },
  { key: "mySettings", to: "/app/me", icon: <SettingOutlined aria-hidden />, needs: "", keys: "g s", alias: "wodeshezhi wdsz preferences settings" },
];
// what each role lives in, the most used first; at most seven
const DESK = ["home", "orders", "board", "customers", "inbox"];
const MENUS: Record<string, readonly string[]> = {
  agent: ["home", "orders", "customers", "board", "inbox"],
  dispatcher: ["home", "orders", "board", "engineers", "customers", "inbox"],
  engineer: ["fieldWork", "orders", "customers", "inbox"],
  manager: ["home", "orders", "board", "customers", "engineers", "blueprints", "inbox"],
  partner: ["fieldWork", "orders", "inbox"],
  admin: ["home", "blueprints", "engineers", "customers", "orders", "board", "inbox"],
};
export const MOST_ENTRIES = 7;

/** The menu of this person: their roles' entries in order, none that they may not open. */
export function menu(): PageEntry[] {
  const keys = [...new Set((me()?.roles ?? []).flatMap((role) => MENUS[role] ?? DESK))];
  return keys.map((key) => PAGES.find((p) => p.key === key)).filter((p): p is PageEntry => !!p && open(p)).slice(0, MOST_ENTRIES);
}
export const open = (page: PageEntry): boolean => !page.needs || may(page.needs);
