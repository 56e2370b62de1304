"""Verbs of desk: load with lock → permission → rule → write → ledger → emit."""
