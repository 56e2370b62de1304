"""Verbs of knowledge: load with lock → permission → rule → write → ledger → emit."""
