"""Remote signers for tests: real servers on loopback that share no code with their clients."""
