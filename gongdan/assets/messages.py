"""Words of assets."""

from gongdan.kernel.http.problems import name_constraints
from gongdan.kernel.messages import register

register({"serial_taken": ("序列号已存在。", "This serial number exists already.")})
name_constraints({"assets_serial": ("serial_taken", "serial")})
