"""Words of assets."""

from gongdan.kernel.http.problems import name_constraints
from gongdan.kernel.messages import register

register(
    {
        "serial_taken": ("序列号已存在。", "This serial number exists already."),
        "site_elsewhere": ("这个地点属于另一个客户，请重新选择。", "This site belongs to another customer; choose again."),
    }
)
name_constraints({"assets_serial": ("serial_taken", "serial")})
