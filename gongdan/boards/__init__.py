"""Boards 看板 and role homes: read models over many slices."""
