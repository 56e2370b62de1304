"""Chinese addresses by their shape: 省, 市, 区 and the rest. Pure; no table of places, so it may be wrong: people look it over."""

from __future__ import annotations

import re
from typing import NamedTuple

PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 "
    "四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
).split()
MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
SUFFIX = "(?:省|市|特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区)"
HAN = "\u4e00-\u9fff"
REGION = re.compile(
    rf"(?P<province>(?:{'|'.join(PROVINCES)}){SUFFIX}?(?!路|街|大道|大厦))?"
    rf"(?P<city>[{HAN}]{{2,7}}?(?:市(?!场|民|政)|自治州|地区|盟))?"
    rf"(?P<district>[{HAN}]{{1,6}}?(?:新区|高新区|开发区|区(?!间|域|别)|县|旗|市(?!场|民|政)))?"
)
STREET = (
    "路|街|道|巷|弄|胡同|镇|乡|村|号|园|大厦|广场|小区|花园|苑|府|城|中心|工业|栋|幢|座|楼|层|室|单元|厂|店|医院|学校|酒店|仓库"
)
ENDS = re.compile(rf"[A-Za-z0-9一二三四五六七八九十]+(?:号楼|栋|幢|座|楼|层|室|单元|号|F)\d*|{STREET}")
DETAIL = re.compile(rf"[{HAN}A-Za-z0-9#\-·()（） ]+")
GOES_ON = re.compile(r"[，,、 ]\s*[A-Za-z0-9一二三四五六七八九十]+\s*(?:号楼|栋|幢|座|楼|层|室|单元|号|F)[A-Za-z0-9一-鿿\-]*")
LABEL = re.compile(r"(?:详细地址|安装地址|服务地址|地址|住址|位置|address|addr)\s*(?:[:：是]|is)?\s*", re.IGNORECASE)
NOT_A_PLACE = re.compile(rf"^(?:我|你|他|她|们|这|那|就|都|是|请|到|来|去|在|住|家|公司|地址|位于|,|，|:|：|\s)+(?=[{HAN}])")
TAIL = re.compile(r"(?:的)?(?:空调|设备|电梯|机器|联系|电话|收|坏|漏|不|有|报修|需要|麻烦|,|，).*$")


class Parts(NamedTuple):
    """An address: province, city, district and what remains; empty where not said."""

    province: str
    city: str
    district: str
    detail: str

    @property
    def region(self) -> list[str]:
        """The named levels from above; a municipality is its own city."""
        return [p for p in (self.province, self.city, self.district) if p]


def split(text: str) -> Parts:
    """An address into its parts; all of it is the detail when no level is found."""
    text = text.strip()
    found = REGION.match(text)
    province, city, district = (found[n] or "" for n in ("province", "city", "district")) if found else ("", "", "")
    rest = text[found.end() :] if found else text
    if province.rstrip("市") in MUNICIPALITIES and not city:
        province, city = province.rstrip("市") + "市", province.rstrip("市") + "市"
    return Parts(province, city, district, rest.strip(" ,，"))


def find(line: str) -> str:
    """The address in a line of a chat, or ""."""
    labelled = LABEL.search(line)
    if labelled and (
        said := re.split(r"[。；;\n！!]|(?:电话|联系|手机|phone)", line[labelled.end() :], maxsplit=1)[0].strip(" ，,")
    ):
        return said if len(said) >= 4 else ""
    best = ""
    for found in REGION.finditer(line):
        if not found.group():
            continue
        text = found.group()
        begin = NOT_A_PLACE.match(text)
        here = found.start() + (begin.end() if begin else 0)
        rest = DETAIL.match(line, found.end())
        end = rest.end() if rest else found.end()
        while more := GOES_ON.match(line, end):
            end = more.end()
        said = _cut(line[here:end])
        parts = split(said)
        if (parts.city or parts.district) and re.search(STREET, parts.detail) and len(said) > len(best):
            best = said
    return best


def _cut(text: str) -> str:
    """An address without the words of the sentence that goes on behind it."""
    ends = [m.end() for m in ENDS.finditer(text)]
    head, tail = (text[: ends[-1]], text[ends[-1] :]) if ends else (text, "")
    return (head + TAIL.sub("", tail)).strip(" ,，")
