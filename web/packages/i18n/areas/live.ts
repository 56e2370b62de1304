import { teach } from "../words";

export const live = {
  line_live: ["实时更新", "Live"],
  line_catching: ["正在补齐更新", "Catching up"],
  line_slow: ["每 12 秒更新", "Updated every 12 s"],
  line_offline: ["{at} 起离线", "Offline since {at}"],
  bellOf: ["通知 {n} 条：{kinds}", "{n} notifications: {kinds}"],
  comma: ["，", ", "],
  bellNone: ["没有新通知", "No new notifications"],
  bellNews: ["新增 {n} 条通知", "{n} new notifications"],
  presentLooking: ["{name} 正在查看", "{name} is looking"],
  presentEditing: ["{name} 正在修改", "{name} is editing"],
  presentWriting: ["{name} 正在输入", "{name} is writing"],
  presentWho: ["也在这里的人", "Others here"],
  about_assigned: ["指派给我", "Assigned"],
  about_queue: ["待抢单", "To claim"],
  about_mention: ["提到我", "Mentioned"],
  about_approval: ["待我审批", "Approval"],
  about_breach: ["超期", "Overdue"],
  about_reply: ["新回复", "Reply"],
  about_transfer: ["已转走", "Went away"],
  about_rating: ["差评", "Low rating"],
  about_dispatch: ["需手工派单", "To dispatch"],
  about_other: ["其他", "Other"],
} as const;
teach(live);
