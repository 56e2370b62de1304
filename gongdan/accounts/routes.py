"""HTTP of accounts: each function parses, calls one action or query, returns."""

from __future__ import annotations

from gongdan.accounts import actions, queries
from gongdan.accounts.schemas import (
    LogIn,
    Me,
    PeopleQuery,
    RoleOut,
    SessionMade,
    TeamIn,
    TeamOut,
    UnitIn,
    UnitOut,
    UserIn,
    UserOut,
    Visit,
)
from gongdan.kernel.errors import DomainError
from gongdan.kernel.http.dispatch import COOKIE
from gongdan.kernel.http.operations import Call, Reply, Router
from gongdan.kernel.http.paging import Page
from gongdan.kernel.work import ENCODER, Work

router = Router("accounts")


@router.post("/sessions", permission="public", body=LogIn, returns=SessionMade, status=201, summary="Log in")
def log_in(call: Call, body: LogIn) -> Reply:
    """Log in; sets the session cookie."""
    result = actions.log_in(body.login, body.password, body.company, call.work.at)
    if isinstance(result, Exception):
        return _refused(call, result)
    token, session = result
    secure = "; Secure" if call.headers.get("wsgi.url_scheme") == "https" else ""
    cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={actions.SESSION_HOURS * 3600}{secure}"
    made = SessionMade(token, session.expires_at, session.user_id, session.tenant_id)
    return Reply(status=201, body=ENCODER.encode(made), headers=(("Set-Cookie", cookie),))


def _refused(call: Call, error: Exception) -> Reply:
    """A refused log-in is answered, not raised, so that the count of failures commits."""
    from gongdan.kernel.http import problems

    if not isinstance(error, DomainError):
        raise error
    locale = "en" if call.headers.get("HTTP_ACCEPT_LANGUAGE", "zh").lower().startswith("en") else "zh"
    body = problems.document(error, locale, str(call.work.new_id()))
    retry = error.extra.get("retry_after")
    headers = (("Retry-After", str(retry)),) if retry is not None else ()
    return Reply(status=error.status, body=body, headers=headers, content_type="application/problem+json")


@router.delete("/sessions/current", summary="Log out", operation_id_needed=False)
def log_out(call: Call) -> Reply:
    """End this session on the server and drop the cookie."""
    from gongdan.kernel.http.dispatch import _credential

    token = _credential(call.headers)
    if token:
        actions.log_out(call.work, token)
    gone = f"{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    return Reply(status=204, headers=(("Set-Cookie", gone),))


@router.get("/session", permission="public", returns=Visit, summary="Who am I, if anybody")
def visit(call: Call) -> Visit:
    """`/me` for a first visit: nobody is no error."""
    from gongdan.kernel.http import begin
    from gongdan.kernel.http.dispatch import _credential

    token = _credential(call.headers)
    work = call.work
    rows = work.batch([begin.statement(token, None, work.at)])[0] if token else []
    if not rows:
        return Visit(None)
    return Visit(queries.me(Work(work.raw, begin.Begun(rows[0], work.raw).actor, work.at)))


@router.get("/me", returns=Me, summary="Who am I")
def me(call: Call) -> Me:
    return queries.me(call.work)


@router.get("/users", permission="user.view", query=PeopleQuery, returns=Page[UserOut], summary="People")
def people(call: Call) -> Page[UserOut]:
    return queries.people(call.work, call.query)


@router.get("/users/{user_id}", permission="user.view", returns=UserOut, summary="One person")
def person(call: Call) -> UserOut:
    return queries.person(call.work, call.uuid("user_id"))


@router.post("/users", permission="user.edit", body=UserIn, returns=UserOut, status=201, summary="Add a person")
def add_user(call: Call, body: UserIn) -> UserOut:
    user = actions.add_user(call.work, body)
    return queries.person(call.work, user.id)


@router.get("/teams", permission="team.view", returns=list[TeamOut], summary="Teams")
def teams(call: Call) -> list[TeamOut]:
    return queries.teams(call.work)


@router.post("/teams", permission="team.edit", body=TeamIn, returns=TeamOut, status=201, summary="Add a team")
def add_team(call: Call, body: TeamIn) -> TeamOut:
    team = actions.add_team(call.work, body)
    return TeamOut(team.id, team.key, team.name, team.name_en, team.org_unit_id, 0, team.version)


@router.get("/units", permission="team.view", returns=list[UnitOut], summary="Organisation units")
def units(call: Call) -> list[UnitOut]:
    return queries.units(call.work)


@router.post("/units", permission="team.edit", body=UnitIn, returns=UnitOut, status=201, summary="Add a unit")
def add_unit(call: Call, body: UnitIn) -> UnitOut:
    unit = actions.add_unit(call.work, body)
    return UnitOut(unit.id, unit.code, unit.name, unit.name_en, unit.parent_id, unit.path)


@router.get("/roles", permission="user.view", returns=list[RoleOut], summary="Roles")
def roles(call: Call) -> list[RoleOut]:
    return queries.roles(call.work)
