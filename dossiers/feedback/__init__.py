"""What people say about how they were served: petitions with terms of their own, and ratings."""
