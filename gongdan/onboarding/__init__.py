"""Onboarding: from an empty company to one that works, with removable sample data, lessons that are done, a checklist."""
