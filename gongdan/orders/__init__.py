"""Orders 工单: the hub. Fields, constraints, verbs, tokens, the ledger."""
