"""A company in a box: staff, customers, assets and months of orders, made through the same actions people use."""
