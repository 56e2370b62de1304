"""Working time: calendars, arithmetic in O(log n), SLA clocks that explain themselves. Pure."""
