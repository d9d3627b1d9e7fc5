"""The store of documents of a person or organisation: given once, used again instead of asked again."""
