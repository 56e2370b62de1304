"""Words of customers."""

from gongdan.kernel.http.problems import name_constraints
from gongdan.kernel.messages import register

register({"customer_code_taken": ("客户编号已存在。", "This customer code exists already.")})
name_constraints({"customers_code": ("customer_code_taken", "code")})
