"""Calendars 日历: working time of the tenant, holidays and make-up workdays."""
