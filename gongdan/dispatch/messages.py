"""Words of dispatch."""

from gongdan.kernel.messages import register

register({"nobody_fits": ("没有合适的工程师：{reason}", "No engineer fits: {reason}")})
