"""Words of accounts."""

from gongdan.kernel.http.problems import name_constraints
from gongdan.kernel.messages import register

register(
    {
        "login_taken": ("登录名已被使用，请换一个。", "This log-in name is taken; choose another."),
        "team_key_taken": ("班组标识已存在。", "This team key exists already."),
        "unit_code_taken": ("组织编号已存在。", "This unit code exists already."),
        "partner_code_taken": ("合作伙伴编号已存在。", "This partner code exists already."),
    }
)
name_constraints(
    {
        "accounts_user_login": ("login_taken", "login"),
        "accounts_team_key": ("team_key_taken", "key"),
        "accounts_org_unit_code": ("unit_code_taken", "code"),
        "accounts_partner_code": ("partner_code_taken", "code"),
    }
)
