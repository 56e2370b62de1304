"""Assets 设备: what is served."""
