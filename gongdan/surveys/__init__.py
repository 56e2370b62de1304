"""Surveys 满意度: one link per completed order; only a press stores an answer."""
