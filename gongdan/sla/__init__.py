"""SLA: clocks on orders that explain themselves."""
