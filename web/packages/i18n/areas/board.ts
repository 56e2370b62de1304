import { teach } from "../words";

export const board = {
  moveTo: ["移动到", "Move to"],
  illegal: ["不能移动到这里", "Cannot be moved here"],
  everybody: ["全部处理人", "Everybody"],
  laneEmpty: ["没有工单", "No orders"],
  fieldPage: ["打开手机工作页", "Open the phone page"],
} as const;
teach(board);
