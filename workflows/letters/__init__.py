"""What letters of services are written from, and whether their templates keep to it."""
