"""What a line of a chat says: phone, name, time, serial number, error code, urgency, problem. Pure; Chinese and English."""

from __future__ import annotations

import re

from gongdan.insight import places
from gongdan.insight.places import HAN

PHONES = (
    re.compile(r"(?<![\dA-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<![\dA-Za-z])(?:\+?86[- ]?)?\(?0\d{2,3}\)?[- ]?\d{7,8}(?:\s?[-转]\s?\d{1,6})?(?!\d)"),
    re.compile(r"(?<![\dA-Za-z])400[- ]?\d{3}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<![\dA-Za-z])\+\d{1,3}[ -]?\d[\d -]{6,13}\d(?!\d)"),
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹"
    "孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
)
CALLED = "先生|女士|小姐|太太|经理|主任|主管|厂长|店长|师傅|老师|总|工|阿姨|大哥"
NAMES = (
    re.compile(rf"(?:联系人|姓名|报修人|收货人)\s*[:：是为]?\s*(?P<name>[{HAN}]{{2,4}}?)(?=[^{HAN}]|(?:电话|手机|联系)|$)"),
    re.compile(rf"(?:我是|我叫|这里是)(?:[{HAN}]{{2,12}}的)?(?P<name>[{SURNAMES}][{HAN}]{{0,2}}?(?:{CALLED})?)(?=[^{HAN}]|$)"),
    re.compile(rf"(?:找|联系|通知)(?:一下)?(?P<name>[{SURNAMES}][{HAN}]{{0,2}}?(?:{CALLED}))"),
    re.compile(rf"我姓(?P<name>[{SURNAMES}])"),
    re.compile(
        r"(?:\b(?:contact|name|attn)\b\s*(?:person)?\s*[:：]\s*)(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2})", re.IGNORECASE
    ),
    re.compile(r"(?:\b(?i:i am|i'm|this is|my name is)\s+)(?P<name>[A-Z][a-z'-]+(?: [A-Z][a-z'-]+){0,2})"),
)
HOUR = r"(?:[零一二两三四五六七八九十\d]{1,3}\s*(?:点|时|:\d{2}|：\d{2})(?:半|一刻|三刻|\d{1,2}分?)?)"
DAY = (
    r"(?:今天|今晚|今日|明天|明早|明晚|明日|后天|大后天|(?:这|本|下)?(?:周|星期|礼拜)[一二三四五六日天]|周末"
    r"|\d{1,2}月\d{1,2}[日号]|(?<!\d)\d{1,2}[日号](?=\s*(?:上午|下午|早上|中午|晚上|[一二两三四五六七八九十\d]{1,3}点)))"
)
PART = r"(?:上午|下午|早上|中午|晚上|傍晚|凌晨|一早)"
TIMES = (
    re.compile(rf"{DAY}\s*{PART}?\s*{HOUR}?(?:\s*(?:到|至|-|~)\s*{PART}?{HOUR})?(?:\s*(?:之后|以后|之前|以前|左右|前|后))?"),
    re.compile(rf"{PART}\s*{HOUR}(?:\s*(?:到|至|-|~)\s*{HOUR})?(?:\s*(?:之后|以后|之前|以前|左右|前|后))?"),
    re.compile(
        r"\b(?:today|tonight|tomorrow|(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
        r"(?:\s+(?:morning|afternoon|evening|noon))?(?:\s*(?:at|after|before|around|by)?\s*\d{1,2}(?::\d{2})?\s*(?:am|pm|o'clock)?)?",
        re.IGNORECASE,
    ),
)
PAST = re.compile(r"从|开始|起|就|早上起|昨|发现|since|started|began", re.IGNORECASE)
LABELLED_SERIAL = re.compile(
    r"(?:序列号|机身号|机身码|出厂编号|设备编号|设备号|条码|编号|S/?N|serial(?:\s*(?:no|number|#))?)\.?\s*(?:[:：#是为]|is)?\s*"
    r"(?P<serial>[A-Za-z0-9][A-Za-z0-9\-/.]{3,39})",
    re.IGNORECASE,
)
SERIAL = re.compile(r"(?<![A-Za-z0-9\-])(?=[A-Z0-9\-]*\d{2})(?=[A-Z0-9\-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*(?![A-Za-z0-9\-])")
CODE = re.compile(
    r"(?:故障码|错误码|故障代码|错误代码|代码|报警|报错|报|显示|提示|屏上|\b(?:error|fault|code|alarm|shows|display(?:s|ing)?)\b)"
    r"(?:\s*(?:code|是|为|了|:|：|\"|“|'))*\s*"
    r"(?P<code>[A-Z]{1,4}[- ]?\d{1,4}(?![\d号楼栋])|0x[0-9A-Fa-f]+|\d{2,4}(?=号?(?:报警|故障|错误)))",
    re.IGNORECASE,
)
WEIGHTS = (
    (4, re.compile(r"不急|不着急|有空再|方便的时候|方便时|no rush|not urgent|whenever (?:you|it)", re.IGNORECASE)),
    (
        1,
        re.compile(
            r"特急|十万火急|停产|全线停|困人|有人被困|被困|冒烟|着火|起火|漏电|触电|煤气|燃气泄漏|爆炸|爆管|trapped|on fire|smoke|"
            r"production (?:is |has )?(?:down|stopp)|electric shock|gas leak|emergency",
            re.IGNORECASE,
        ),
    ),
    (
        2,
        re.compile(
            r"紧急|加急|着急|很急|急急|急用|尽快|马上|立刻|立即|赶紧|今天必须|urgent|asap|as soon as|immediately|right away",
            re.IGNORECASE,
        ),
    ),
)
PROBLEM = re.compile(
    r"坏|漏|不制冷|不制热|不冷|不热|不工作|不转|不动|不亮|不出|不了|不通|没反应|没水|没电|没声|异响|噪音|异味|报警|报错|报[A-Z]\d|故障|停机|停了|堵|断|"
    r"异常|卡|跳闸|死机|黑屏|蓝屏|掉线|连不上|无法|不能|失灵|冒烟|困人|被困|维修|报修|修一下|安装|更换|投诉|退货|"
    r"leak|broken|not (?:work|cool|heat|start|respond)|doesn'?t|won'?t|can'?t|cannot|unable|error|fault|fail|noise|"
    r"alarm|stopp|stuck|down\b|repair|install|replace|complain",
    re.IGNORECASE,
)
INTRODUCTION = re.compile(r"^(?:故障|问题|描述|现象|故障现象|fault|problem|issue)\s*[:：]\s*", re.IGNORECASE)
CLAUSE = re.compile(rf"[,，、]\s*|(?<=[{HAN}])\s+|\s+(?=[{HAN}])")
GREETING = re.compile(
    r"^(?:(?:您好|你好|hello|hi|hey|good (?:morning|afternoon|evening)|dear \w+|在吗|在不在|请问|麻烦|早上好|下午好)"
    r"[\s,，。.!！~～?？]*)+",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^。！？!?；;\n]+")


def phone(line: str) -> str:
    """The first phone number as written, or ""."""
    found = [m for p in PHONES if (m := p.search(line))]
    return min(found, key=lambda m: (m.start(), -m.end())).group().strip() if found else ""


def name(line: str) -> str:
    """Who says to be the contact, or ""."""
    return next((m["name"] for p in NAMES if (m := p.search(line))), "")


def appointment(line: str) -> str:
    """When somebody shall come, as said; "" also for when the trouble began."""
    for pattern in TIMES:
        for found in pattern.finditer(line):
            if not PAST.match(line, found.end()) and not PAST.search(line[max(found.start() - 6, 0) : found.start()]):
                return found.group().strip()
    return ""


def serial(line: str) -> str:
    """A serial number: named as such, or a word of capitals and digits of at least six characters; "" else."""
    if labelled := LABELLED_SERIAL.search(line):
        return labelled["serial"].rstrip(".-/")
    found = (m.group() for m in SERIAL.finditer(line))
    return next((s for s in found if len(s) >= 6 and s != code(line)), "")


def code(line: str) -> str:
    """The error code that a machine shows, or ""."""
    found = CODE.search(line)
    return found["code"].replace(" ", "").upper() if found else ""


def priority(line: str) -> int | None:
    """1 danger or standstill, 2 hurry, 4 no hurry; None when nothing is said of it."""
    return next((value for value, pattern in WEIGHTS if pattern.search(line)), None)


def problem(line: str) -> str:
    """The clauses of trouble of the first sentence that has any, without greeting and address; "" when none has."""
    for found in SENTENCE.finditer(line):
        said = GREETING.sub("", found.group().strip())
        place = places.find(said)
        if place and PROBLEM.search(said.partition(place)[2]):
            said = said.partition(place)[2]
        wrong = [INTRODUCTION.sub("", c).strip(" .") for c in CLAUSE.split(said) if PROBLEM.search(c)]
        if wrong:
            return ("，" if re.search(f"[{HAN}]", wrong[0]) else ", ").join(wrong)
    return ""


def sentence(line: str) -> str:
    """The first sentence that is more than a greeting, or ""."""
    found = (GREETING.sub("", m.group().strip()).strip(" ,，.") for m in SENTENCE.finditer(line))
    return next((s for s in found if len(s) >= 4), "")
