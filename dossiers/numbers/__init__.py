"""Numbers from the agency's books: reserved, used or struck out, and never given twice."""
