"""How far the project follows the specifications, counted with their public test kits."""
