"""Customers 客户: companies and people served, their contacts and sites."""
