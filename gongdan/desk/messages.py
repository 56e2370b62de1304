"""Words of desk."""

from gongdan.kernel.messages import register

register({})
