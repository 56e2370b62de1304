"""Pages for customers: report, follow, rate. They call actions as a route does; a GET never stores anything.

No cookies and no session: a write carries the unguessable link (or, on the public form, a one-time operation id), so there is
nothing a foreign page could borrow.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.http import HttpRequest, HttpResponse
from django.template import loader

from gongdan.accounts.queries import tenant_by_slug
from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.compiled import Compiled
from gongdan.customers import queries as customer_queries
from gongdan.files import actions as file_actions
from gongdan.kernel.access import ALL, Actor
from gongdan.kernel.clock import SystemClock
from gongdan.kernel.errors import DomainError, Invalid, NotFound
from gongdan.kernel.http import problems
from gongdan.kernel.work import Work, raw_connection, transaction_scope, unit_of_work
from gongdan.notify import actions as notify
from gongdan.orders.actions import conversing, creating, moving
from gongdan.orders.queries import by_external_key, placed_order
from gongdan.orders.schemas import Because, NewComment, NewOrder
from gongdan.portal.words import words
from gongdan.surveys import actions as surveys
from gongdan.surveys.models import Survey

CLOCK = SystemClock()
CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
LIMIT, WINDOW = 30, 600.0
_recent: dict[str, deque[float]] = {}
_lock = threading.Lock()
SPACE = UUID("5f0c1c38-6f8e-4d2c-9a53-6c2d1f0b7a11")


def _locale(request: HttpRequest) -> str:
    asked = request.GET.get("lang") or request.headers.get("Accept-Language", "zh")[:2]
    return "en" if asked.lower().startswith("en") else "zh"


def _page(request: HttpRequest, name: str, status: int = 200, **values: Any) -> HttpResponse:
    locale = _locale(request)
    other = "zh" if locale == "en" else "en"
    context = {
        "w": words(locale),
        "lang": locale,
        "other": other,
        "html_lang": "en" if locale == "en" else "zh-CN",
        **values,
    }
    response = HttpResponse(loader.render_to_string(f"portal/{name}.html", context), status=status)
    response["Content-Security-Policy"] = CSP
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    return _page(request, "gone", 404)


def _limited(request: HttpRequest) -> bool:
    """At most LIMIT writes per source and WINDOW seconds in this process; forwarded headers do not widen it."""
    source = request.META.get("REMOTE_ADDR", "")
    now = time.monotonic()  # house: allow clock – pace of a source, not time of the business
    with _lock:
        if len(_recent) > 10_000:
            _recent.clear()
        seen = _recent.setdefault(source, deque())
        while seen and seen[0] < now - WINDOW:
            seen.popleft()
        seen.append(now)
        return len(seen) > LIMIT


def _actor(tenant_id: UUID, name: str) -> Actor:
    """Somebody without an account: may create, see and answer what the link in their hand leads to."""
    grants = {a: ALL for a in ("order.create", "order.view", "order.comment", "order.cancel", "file.add")}
    return Actor(tenant_id=tenant_id, id=UUID(int=1), kind="link", name=name, grants=grants)


def style(request: HttpRequest) -> HttpResponse:
    """The stylesheet of all portal pages."""
    response = HttpResponse(loader.render_to_string("portal/portal.css"), content_type="text/css")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def report(request: HttpRequest, tenant: str, blueprint: str) -> HttpResponse:
    """The public form of a blueprint."""
    at = CLOCK.now()
    with transaction_scope():
        tenant_id = tenant_by_slug(raw_connection(), tenant)
    if tenant_id is None:
        return _gone(request)
    try:
        with unit_of_work(_actor(tenant_id, "portal"), at) as work:
            _, compiled = blueprint_queries.current(work, blueprint)
            if not compiled.document.portal.enabled:
                return _gone(request)
            if request.method == "POST":
                if _limited(request):
                    return _page(request, "too_many", 429)
                if request.POST.get("website"):  # a field no person sees
                    return _page(request, "gone", 400)
                return _submit(request, work, compiled)
            return _form(request, compiled, {}, [])
    except NotFound:
        return _gone(request)
    except DomainError as error:
        return _form(request, compiled, request.POST.dict(), _problems(error, _locale(request)))
    except psycopg.Error as raw:
        known = problems.from_database(raw)
        if known is None:
            raise
        return _form(request, compiled, request.POST.dict(), _problems(known, _locale(request)))


def _problems(error: DomainError, locale: str) -> list[str]:
    listed = error.extra.get("errors") or []
    return [e["en" if locale == "en" else "zh"] for e in listed] or [error.text(locale)]


def _form(request: HttpRequest, compiled: Compiled, values: dict[str, Any], errors: list[str]) -> HttpResponse:
    locale = _locale(request)
    shown = [f for f in compiled.document.form.get("fields", []) if f["key"] in compiled.document.portal.fields]
    fields = [
        {
            "key": f["key"],
            "kind": f["kind"],
            "label": f["label"][locale],
            "required": f.get("required", False),
            "value": values.get(f"f.{f['key']}", ""),
            "options": [(o["value"], o["label"][locale]) for o in f.get("options", [])],
        }
        for f in shown
    ]
    intro = compiled.document.portal.intro
    name = compiled.document.name
    return _page(
        request,
        "report",
        422 if errors else 200,
        fields=fields,
        values=values,
        errors=errors,
        operation=values.get("operation") or uuid4(),
        intro=getattr(intro, locale) if intro else "",
        heading=getattr(name, locale),
    )


def _submit(request: HttpRequest, work: Work, compiled: Compiled) -> HttpResponse:
    given = request.POST
    operation = UUID(given.get("operation", "")) if _is_uuid(given.get("operation", "")) else uuid4()
    key = f"portal:{operation}"
    there = by_external_key(work, key)
    if there is not None:
        return _received(request, work, there.id, there.number)
    fields = {
        f["key"]: _field(given, f) for f in compiled.document.form.get("fields", []) if f["key"] in compiled.document.portal.fields
    }
    files = [
        file_actions.upload(work, f.file, f.size or 0, f.name or "photo").id  # type: ignore[arg-type]
        for f in request.FILES.getlist("photos")
        if f.size
    ]
    photo_fields = [f["key"] for f in compiled.document.form.get("fields", []) if f["kind"] == "files" and f["key"] in fields]
    if photo_fields:
        fields[photo_fields[0]] = [str(f) for f in files]
    known = customer_queries.by_phone(work, given.get("phone", ""))
    new = NewOrder(
        blueprint=compiled.document.key,
        title=given.get("title", "").strip()[:300] or "–",
        description=given.get("description", "")[:5000],
        contact_name=given.get("name", "")[:200],
        contact_phone=given.get("phone", "")[:200],
        address=given.get("address", "")[:500],
        customer_id=known[0] if known else None,
        contact_id=known[1] if known else None,
        fields={k: v for k, v in fields.items() if v not in (None, "", [])},
        channel="web",
        files=files,
        external_key=key,
    )
    if not given.get("title", "").strip() or not given.get("phone", "").strip():
        missing = "title" if not given.get("title", "").strip() else "phone"
        raise Invalid("invalid_value", field=words(_locale(request))[missing], reason="–")
    made = creating.create(work, new)
    work.flush()
    return _received(request, work, made.id, made.number, email=given.get("email", "").strip())


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _field(given: Any, field: dict[str, Any]) -> Any:
    name = f"f.{field['key']}"
    if field["kind"] == "boolean":
        return given.get(name) == "on"
    if field["kind"] == "multi_choice":
        return given.getlist(name)
    return given.get(name, "")


def _received(request: HttpRequest, work: Work, order_id: UUID, number: str, email: str = "") -> HttpResponse:
    path = f"/t/{surveys.make_link(work, order_id, 'track')}"
    if "@" in email and len(email) < 200 and not any(c.isspace() for c in email):
        values = {"number": number, "link": surveys.address(path) or request.build_absolute_uri(path)}
        notify.queue(work, "email", email, "mail_created", values, _locale(request), f"created:{order_id}")
    return _page(request, "received", number=number, path=path)


def track(request: HttpRequest, token: str) -> HttpResponse:
    """Where an order stands; reply and cancel from here."""
    at = CLOCK.now()
    try:
        with transaction_scope():
            tenant_id, order_id = surveys.find_link(token, ("track",), at)
        with unit_of_work(_actor(tenant_id, words(_locale(request))["you"]), at) as work:
            error = ""
            if request.method == "POST":
                if _limited(request):
                    return _page(request, "too_many", 429)
                error = _tracked_write(request, work, order_id)
            return _tracking(request, work, order_id, token, error)
    except NotFound:
        return _gone(request)


def _tracked_write(request: HttpRequest, work: Work, order_id: UUID) -> str:
    try:
        if request.POST.get("do") == "reply" and request.POST.get("body", "").strip():
            conversing.comment(work, order_id, NewComment(body=request.POST["body"][:5000]))
        elif request.POST.get("do") == "cancel":
            moving.cancel(work, order_id, None, Because(reason=request.POST.get("reason", "").strip()[:500] or "–"))
        work.flush()
        work.loaded.clear()
    except DomainError as error:
        return error.text(_locale(request))
    return ""


def _tracking(request: HttpRequest, work: Work, order_id: UUID, token: str, error: str) -> HttpResponse:
    order = placed_order(work, order_id)
    row = order.row
    family = "cancelled" if row.cancelled else {1: "waiting", 2: "working", 3: "resolved", 4: "closed"}[row.family]
    moves = work.read(
        "select type, occurred_at, data ->> 'to' from orders_event where order_id = %s "
        "and (type = 'created' or data ->> 'from' <> data ->> 'to') order by seq limit 50",
        [order_id],
    )
    label = {k: getattr(s.label, _locale(request)) for k, s in order.blueprint.states.items()}
    steps = [(label.get(to or order.blueprint.document.initial, ""), at.astimezone()) for _, at, to in moves]
    person = work.one("select name from accounts_user where id = %s", [row.assignee_id]) if row.assignee_id else None
    said = work.read(
        "select author_name, author_kind, body, occurred_at from orders_comment where order_id = %s and not internal "
        "order by id desc limit 50",
        [order_id],
    )
    return _page(
        request,
        "track",
        row=row,
        family=family,
        state=label[row.state],
        steps=steps,
        engineer=person[0] if person else "",
        due=row.next_due_at,
        said=[{"name": n, "mine": k == "link", "body": b, "at": a} for n, k, b, a in said],
        may_cancel=order.blueprint.step(row.state, "cancel") is not None,
        may_rate=row.family >= 3 and not row.cancelled and order.blueprint.document.survey.enabled,
        token=token,
        error=error,
    )


def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The rating page: opening it stores nothing, only a press does."""
    at = CLOCK.now()
    try:
        with transaction_scope():
            tenant_id, order_id = surveys.find_link(token, ("rate", "track"), at)
        with unit_of_work(_actor(tenant_id, words(_locale(request))["you"]), at) as work:
            order = placed_order(work, order_id)
            locale = _locale(request)
            reasons = [getattr(r, locale) for r in order.blueprint.document.survey.reasons]
            error = ""
            done = Survey.objects.filter(order_id=order_id, answered_at__isnull=False).first()
            if request.method == "POST":
                raw = request.POST.get("score", "")
                score = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 3 else 0
                try:
                    done = surveys.answer(
                        work,
                        order_id,
                        score,
                        request.POST.getlist("reasons"),
                        request.POST.get("comment", ""),
                    )
                except DomainError as problem:
                    error = problem.text(locale)
            return _page(request, "rate", row=order.row, reasons=reasons, done=done, error=error, stars=[5, 4, 3, 2, 1])
    except NotFound:
        return _gone(request)
