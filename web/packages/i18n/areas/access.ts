import { teach } from "../words";

export const access = {
  accessTitle: ["谁能看到这张工单", "Who can see this order"],
  accessPerson: ["姓名、拼音或账号", "Name, pinyin or account"],
  accessSees: ["能看到", "Sees it"],
  accessBlind: ["看不到", "Does not"],
  accessNobody: ["没有叫这个名字的人", "Nobody of that name"],
} as const;
teach(access);
