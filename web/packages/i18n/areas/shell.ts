import { teach } from "../words";

export const shell = {
  emptyInbox: ["没有通知", "No notifications"],
  markAll: ["全部已读", "Mark all read"],
  unread: ["未读", "Unread"],
  undo: ["撤销", "Undo"],
} as const;
teach(shell);
