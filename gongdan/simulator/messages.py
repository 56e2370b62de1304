"""Words of the simulator."""

from gongdan.kernel.messages import register

register(
    {
        "company_real": (
            "这是真实公司，模拟客户只在沙箱或演示公司里出现。",
            "This is a real company; simulated customers appear in sandbox and demo companies only.",
        ),
    }
)
