"""Words of knowledge."""

from gongdan.kernel.messages import register

register({})
