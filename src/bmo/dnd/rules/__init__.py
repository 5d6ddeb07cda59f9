"""The rules of the SRD, pure: whoever calls hands in dice and luck."""
