"""Routines and scenes: steps under a name, made by the household and run by whoever may do them."""
