"""The routes: pages and REST."""
