"""Reception at the desk and by post: a clerk enters what somebody brings, and prints the receipt."""
