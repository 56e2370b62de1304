"""Pure engines: no Django, no clock, no I/O."""
