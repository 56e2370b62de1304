"""The catalogue of codes: every code a person can meet, in Chinese and English.

Slices add theirs with `register` at import of their `errors` or `permissions` module; a test checks that every code
raised has an entry and that both languages name the same arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_CATALOGUE: dict[str, tuple[str, str]] = {}


class Words(NamedTuple):
    """A value of a message that has words of its own in both languages: a state, a verb, a label."""

    zh: str
    en: str


def _said(value: Any, *, english: bool) -> Any:
    if isinstance(value, Words):
        return value.en if english else value.zh
    return value


def register(entries: Mapping[str, tuple[str, str]]) -> None:
    """Add `{code: (zh, en)}`. Raises ValueError when a code is already there with other words."""
    for code, words in entries.items():
        if _CATALOGUE.get(code, words) != words:
            raise ValueError(f"message code {code!r} is registered twice")
        _CATALOGUE[code] = words


def text(code: str, locale: str, values: Mapping[str, Any]) -> str:
    """The words of `code` in "zh" or "en", values that are `Words` too; unknown codes come back as themselves."""
    words = _CATALOGUE.get(code)
    if words is None:
        return code
    english = locale.startswith("en")
    template = words[1] if english else words[0]
    try:
        return template.format_map({k: _said(v, english=english) for k, v in values.items()})
    except (KeyError, IndexError, ValueError):
        return template


def catalogue() -> dict[str, tuple[str, str]]:
    """A copy of all entries, for the docs and the tests."""
    return dict(_CATALOGUE)


register(
    {
        "not_found": ("没有找到这条记录，或您无权查看。", "No such record, or none you may see."),
        "no_route": ("没有这个地址。", "There is nothing at this address."),
        "method_not_allowed": ("这个地址不支持该方法。", "This address does not take that method."),
        "not_authenticated": ("请先登录。", "Please log in first."),
        "wrong_credentials": ("账号或密码不正确。", "The account or the password is not right."),
        "locked_out": (
            "登录失败次数过多，请在 {minutes} 分钟后再试。",
            "Too many failed log-ins; try again in {minutes} minutes.",
        ),
        "preview_reads_only": (
            "正在以其他角色预览，只能查看。请先退出预览。",
            "You are looking as another role and can only read. Leave the preview first.",
        ),
        "not_allowed": (
            "您没有「{action}」的权限，请联系管理员。",
            "You may not do “{action}”; ask your administrator.",
        ),
        "stale_version": (
            "这条记录刚被别人改过，请比对两个版本后再保存。",
            "Somebody changed this record meanwhile; compare both versions and save again.",
        ),
        "version_missing": (
            "缺少 If-Match 版本号，请先读取记录。",
            "If-Match is missing: read the record first and send its version.",
        ),
        "operation_id_missing": (
            "写操作缺少 Operation-Id（客户端生成的 UUID）。",
            "A write needs an Operation-Id header: a UUID made by the client.",
        ),
        "operation_id_invalid": ("Operation-Id 不是有效的 UUID。", "Operation-Id is not a valid UUID."),
        "operation_reused": (
            "同一个 Operation-Id 已用于另一个请求，请换一个新的。",
            "This Operation-Id was used for another request; make a new one.",
        ),
        "operation_in_flight": (
            "同一个操作正在处理，请稍后再试。",
            "The same operation is still under way; try again shortly.",
        ),
        "invalid_fields": ("有 {field} 等字段需要修改。", "Some fields need correction, first {field}."),
        "invalid_body": ("请求内容有误：{reason}", "The body is not right: {reason}"),
        "invalid_value": (
            "字段「{field}」的值无效：{reason}",
            "The value of “{field}” is not valid: {reason}",
        ),
        "body_too_large": ("内容超过 {limit} 字节上限。", "The body is over the limit of {limit} bytes."),
        "unsupported_type": (
            "不支持的内容类型，请使用 {expected}。",
            "This content type is not taken; send {expected}.",
        ),
        "invalid_cursor": (
            "翻页游标无效，请从第一页开始。",
            "The cursor is not valid; start at the first page.",
        ),
        "foreign_origin": ("来源不被允许。", "This origin is not allowed."),
        "unavailable": (
            "服务暂时不可用，操作没有执行，请稍后重试。",
            "The service is unavailable just now; nothing was done, please try again.",
        ),
        "storage_full": (
            "存储空间已满，操作没有执行，请联系管理员。",
            "Storage is full; nothing was done. Tell your administrator.",
        ),
        "internal_error": (
            "系统出错，操作没有执行；编号 {request_id}。",
            "Something went wrong, nothing was done; reference {request_id}.",
        ),
        "already_exists": ("「{field}」已存在。", "There is already one with this {field}."),
        "unknown_reference": (
            "「{field}」指向的记录不存在，请重新选择。",
            "“{field}” points to a record that does not exist; choose again.",
        ),
        "too_many_requests": ("请求过于频繁，请稍后再试。", "Too many requests; please slow down."),
        "event_backdated": (
            "发生时间 {occurred_at} 早于上一事件或您无权补录。",
            "occurred_at {occurred_at} is before the last event, or you may not backdate.",
        ),
        "in_future": ("发生时间不能晚于现在。", "The instant lies in the future."),
    }
)
