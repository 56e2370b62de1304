"""Pages for customers: report, follow, rate. They call actions as a route does; a GET never stores anything."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template import loader
from django.views.decorators.http import require_http_methods

from gongdan.accounts import queries as account_queries
from gongdan.blueprints import queries as blueprint_queries
from gongdan.blueprints.compiled import Compiled
from gongdan.customers import queries as customer_queries
from gongdan.kernel.clock import Clock, SystemClock
from gongdan.kernel.errors import DomainError, NotFound
from gongdan.kernel.work import Work, raw_connection, transaction_scope, unit_of_work
from gongdan.notify import actions as notify
from gongdan.orders.actions import conversing, creating, moving
from gongdan.orders.queries import by_external_key, placed_order
from gongdan.orders.schemas import Because, NewComment, NewOrder
from gongdan.portal import reporting
from gongdan.portal.pages import gone, locale_of, operation_id, page, refusal, to
from gongdan.portal.tracking import living, tracked
from gongdan.portal.words import words
from gongdan.portal.writing import customer, once, take_files, told
from gongdan.surveys import actions as surveys
from gongdan.surveys import rules as survey_rules
from gongdan.surveys.models import Survey

CLOCK: Clock = SystemClock()
METHODS = ["GET", "HEAD", "POST"]
Failure = (DomainError, psycopg.Error, DatabaseError)
EMPTY = QueryDict()


@require_http_methods(["GET", "HEAD"])
def style(request: HttpRequest) -> HttpResponse:
    """The stylesheet of all portal pages."""
    response = HttpResponse(loader.render_to_string("portal/portal.css"), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_http_methods(METHODS)
def report(request: HttpRequest, tenant: str, blueprint: str) -> HttpResponse:
    """The public form of a blueprint."""
    with transaction_scope():
        tenant_id = account_queries.tenant_by_slug(raw_connection(), tenant)
    if tenant_id is None:
        return gone(request)
    if request.method == "POST":
        refused = refusal(request)
        if refused is not None:
            return refused
        if request.POST.get("website"):  # a field no person sees
            return page(request, "refused", 400, why="too_many")
    try:
        with unit_of_work(customer(tenant_id), CLOCK.now()) as work:
            compiled = _public(work, blueprint)
            if request.method != "POST":
                return _form(request, work, compiled, request.GET, [])
            return _submit(request, work, compiled)
    except NotFound:
        return gone(request)
    except Failure as error:
        complaints = reporting.complaints(told(error), locale_of(request))
        with unit_of_work(customer(tenant_id), CLOCK.now()) as work:
            return _form(request, work, _public(work, blueprint), request.POST, complaints)


def _public(work: Work, key: str) -> Compiled:
    _, compiled = blueprint_queries.current(work, key)
    if not compiled.document.portal.enabled:
        raise NotFound("not_found")
    return compiled


def _form(
    request: HttpRequest, work: Work, compiled: Compiled, given: QueryDict, complaints: list[reporting.Complaint]
) -> HttpResponse:
    locale, document = locale_of(request), compiled.document
    bad = {c.field for c in complaints}
    sent = given if request.method == "POST" else EMPTY  # an address may not fill in the form for somebody
    return page(
        request,
        "report",
        422 if complaints else 200,
        fields=reporting.controls(compiled, sent, locale, bad),
        values=sent.dict(),
        complaints=complaints,
        bad=bad,
        operation=uuid4(),
        company=account_queries.face(work).name,
        intro=getattr(document.portal.intro, locale) if document.portal.intro else "",
        heading=getattr(document.name, locale),
    )


def _submit(request: HttpRequest, work: Work, compiled: Compiled) -> HttpResponse:
    given = request.POST
    said = reporting.base(given, words(locale_of(request)))
    fields = reporting.values(compiled, given)
    operation = operation_id(given.get("operation", ""), *said.values(), repr(sorted(fields.items(), key=lambda i: i[0])))
    key = f"portal:{operation}"
    if not once(work, operation):
        there = by_external_key(work, key)
        if there is not None:
            return _received(request, work, there.id, there.number)
    files = take_files(work, request.FILES.getlist("photos"))
    photos = reporting.photo_field(compiled)
    if photos is not None and files:
        fields[photos] = [str(f) for f in files]
    known = customer_queries.by_phone(work, said["phone"])
    new = NewOrder(
        blueprint=compiled.document.key,
        title=said["title"],
        description=said["description"],
        contact_name=said["name"],
        contact_phone=said["phone"],
        address=said["address"],
        customer_id=known[0] if known else None,
        contact_id=known[1] if known else None,
        fields=fields,
        channel="web",
        files=files,
        external_key=key,
    )
    made = creating.create(work, new)
    work.flush()
    return _received(request, work, made.id, made.number, email=said["email"])


def _received(request: HttpRequest, work: Work, order_id: UUID, number: str, email: str = "") -> HttpResponse:
    path = f"/t/{surveys.make_link(work, order_id, 'track')}"
    if email:
        values = {"number": number, "link": surveys.address(path)}
        notify.queue(work, "email", email, "mail_created", values, locale_of(request), f"created:{order_id}")
    return page(request, "received", number=number, path=path, company=account_queries.face(work).name)


@require_http_methods(METHODS)
def track(request: HttpRequest, token: str) -> HttpResponse:
    """Where an order stands; reply and cancel from here."""
    at, error = CLOCK.now(), ""
    try:
        with transaction_scope():
            tenant_id, order_id = surveys.find_link(token, ("track",), at)
        if request.method == "POST":
            refused = refusal(request)
            if refused is not None:
                return refused
            try:
                with unit_of_work(customer(tenant_id), at) as work:
                    _tracked_write(request, work, order_id)
                    work.flush()
                return to(f"/t/{token}", locale_of(request))
            except Failure as failure:
                error = told(failure).text(locale_of(request))
        with unit_of_work(customer(tenant_id), at) as work:
            seen = tracked(work, placed_order(work, order_id))
    except NotFound:
        return gone(request)
    status = 422 if error else 200
    draft = request.POST.get("body", "") if error else ""
    return page(request, "track", status, t=seen, token=token, error=error, draft=draft, operation=uuid4(), company=seen.company)


def _tracked_write(request: HttpRequest, work: Work, order_id: UUID) -> None:
    given, do = request.POST, request.POST.get("do", "")
    said = given.get("body" if do == "reply" else "reason", "").strip()[:5_000]
    sent = request.FILES.getlist("photos")
    if do not in ("reply", "cancel") or not (said or sent):
        return
    if not once(work, operation_id(given.get("operation", ""), do, said, *[f"{f.name}:{f.size}" for f in sent])):
        return
    if do == "cancel":
        moving.cancel(work, order_id, None, Because(reason=said[:500]))
        return
    files = take_files(work, sent)
    new = NewComment(body=said or words(locale_of(request))["photo_only"], files=files)
    main = living(work, placed_order(work, order_id)).row.id
    made = conversing.comment(work, main, new)
    if main != order_id:
        conversing.show(work, order_id, made.id, main)


@require_http_methods(METHODS)
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The rating page: opening it stores nothing, only a press does (mail scanners open links, #1743 of FreeScout)."""
    at, error, locale = CLOCK.now(), "", locale_of(request)
    try:
        with transaction_scope():
            tenant_id, order_id = surveys.find_link(token, ("rate", "track"), at)
        if request.method == "POST":
            refused = refusal(request)
            if refused is not None:
                return refused
            try:
                with unit_of_work(customer(tenant_id), at) as work:
                    given = request.POST
                    surveys.answer(
                        work, order_id, _score(given.get("score", "")), given.getlist("reasons"), given.get("comment", "")
                    )
                    work.flush()
                return to(f"/s/{token}", locale)
            except Failure as failure:
                error = told(failure).text(locale)
        with unit_of_work(customer(tenant_id), at) as work:
            return _rating(request, work, order_id, error)
    except NotFound:
        return gone(request)


def _score(raw: str) -> int:
    return int(raw) if raw in ("1", "2", "3", "4", "5") else 0


def _rating(request: HttpRequest, work: Work, order_id: UUID, error: str) -> HttpResponse:
    order, locale = placed_order(work, order_id), locale_of(request)
    asked = order.blueprint.document.survey
    done = Survey.objects.filter(order_id=order_id, answered_at__isnull=False).first()
    due = survey_rules.may_rate(order.row.family, cancelled=order.row.cancelled, enabled=asked.enabled)
    return page(
        request,
        "rate",
        422 if error else 200,
        row=order.row,
        reasons=[(r.zh, getattr(r, locale)) for r in asked.reasons],
        done=done,
        due=due and survey_rules.may_change(done.answered_at if done else None, work.at),
        error=error,
        stars=[5, 4, 3, 2, 1],
        company=account_queries.face(work).name,
    )
