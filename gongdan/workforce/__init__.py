"""Workforce 人力: engineers, skills, shifts, absences."""
