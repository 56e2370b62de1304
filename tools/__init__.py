"""Machine checks and the scaffold."""
