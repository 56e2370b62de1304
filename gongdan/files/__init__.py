"""Files 附件: stored by content type and hash, never rendered as what they claim to be."""
