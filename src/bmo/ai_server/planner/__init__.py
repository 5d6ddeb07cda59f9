"""What fits on which machine, worked out before anything is rented or fetched. Pure functions over two tables."""
