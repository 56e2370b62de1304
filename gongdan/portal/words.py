"""Words of the portal's pages, Chinese and English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "report": ("提交报修", "Report a problem"),
    "your_name": ("您的姓名", "Your name"),
    "phone": ("联系电话", "Phone"),
    "email": ("邮箱（选填，用于接收进度）", "E-mail (optional, for updates)"),
    "title": ("问题描述", "What is wrong"),
    "description": ("补充说明（选填）", "More details (optional)"),
    "address": ("地址（选填）", "Address (optional)"),
    "photo": ("照片（选填）", "Photo (optional)"),
    "choose": ("请选择", "Choose"),
    "yes": ("是", "Yes"),
    "submit": ("提交", "Send"),
    "done_title": ("已收到您的请求", "We have your request"),
    "number": ("工单号", "Order number"),
    "follow": ("查看进度", "Follow it"),
    "keep_link": ("请保存此链接，随时查看进度。", "Keep this link to see how it goes."),
    "tracking": ("服务进度", "Progress"),
    "engineer": ("工程师", "Engineer"),
    "opened": ("提交时间", "Received"),
    "due": ("预计完成", "Expected by"),
    "messages": ("沟通记录", "Messages"),
    "reply": ("给我们留言", "Write to us"),
    "send": ("发送", "Send"),
    "cancel": ("取消服务", "Cancel"),
    "cancel_reason": ("取消原因", "Why cancel"),
    "rate": ("评价服务", "Rate the service"),
    "rate_intro": ("本次服务您满意吗？", "How was the service?"),
    "stars": ("星", "stars"),
    "reasons": ("原因（可多选）", "Reasons"),
    "comment": ("还想说点什么（选填）", "Anything else (optional)"),
    "thanks": ("感谢您的评价！", "Thank you!"),
    "rated": ("您的评价", "Your rating"),
    "not_found": ("链接无效或已过期", "This link is not valid any more"),
    "not_found_hint": (
        "请联系为您服务的公司获取新的链接。",
        "Ask the company that serves you for a new link.",
    ),
    "too_many": ("提交过于频繁，请稍后再试。", "Too many requests; please try again later."),
    "error": ("请检查以下内容", "Please check"),
    "other_language": ("English", "中文"),
    "you": ("您", "You"),
    "waiting": ("等待处理", "Waiting"),
    "working": ("处理中", "In progress"),
    "resolved": ("已解决", "Resolved"),
    "closed": ("已关闭", "Closed"),
    "cancelled": ("已取消", "Cancelled"),
}


def words(locale: str) -> dict[str, str]:
    """All words in one language."""
    return {k: v[1 if locale == "en" else 0] for k, v in WORDS.items()}
